import { expect, test } from 'vitest';
import { testMessage } from '../testMessages.ts';
import { advance, answer, countUnread, type Unread } from './unread.ts';

const upTo = (newest: number) => Array.from({ length: newest }, (_, index) => testMessage(index + 1));
const look = (unread: Unread, newest: number, reading: boolean) =>
  advance(unread, { messages: upTo(newest), userId: 'me', reading });
const fresh: Unread = { seen: null, lineAfter: null };

test('on a first visit nothing counts as missed', () => {
  expect(look(fresh, 5, false)).toEqual({ seen: 5, lineAfter: null });
  expect(look(fresh, 0, false)).toBe(fresh);
});

test('coming back, the line stands where one was last, and stays while one reads on', () => {
  const back = look({ seen: 3, lineAfter: null }, 5, false);
  expect(back).toEqual({ seen: 3, lineAfter: 3 });
  const reading = look(back, 5, true);
  expect(reading).toEqual({ seen: 5, lineAfter: 3 });
  expect(look(reading, 6, true)).toEqual({ seen: 6, lineAfter: 3 });
});

test('what comes while one reads makes no line; what comes after one looked away does', () => {
  const reading = look({ seen: 5, lineAfter: null }, 6, true);
  expect(reading).toEqual({ seen: 6, lineAfter: null });
  expect(look(reading, 6, false)).toBe(reading);
  const away = look(reading, 7, false);
  expect(away).toEqual({ seen: 6, lineAfter: 6 });
  expect(look(away, 9, false)).toBe(away);
});

test('who answers has read everything', () => {
  expect(answer({ seen: 3, lineAfter: 3 }, upTo(5))).toEqual({ seen: 5, lineAfter: null });
  expect(answer({ seen: 3, lineAfter: 3 }, [])).toEqual({ seen: 3, lineAfter: null });
  const messages = [...upTo(5), testMessage(6, { userId: 'me' })];
  expect(advance({ seen: 5, lineAfter: null }, { messages, userId: 'me', reading: false })).toEqual({
    seen: 6,
    lineAfter: null,
  });
});

test('what one wrote offline, and goes out behind what came meanwhile, does not count as an answer to it', () => {
  const messages = [...upTo(5), testMessage(6, { userId: 'me' })];
  const back = advance({ seen: 3, lineAfter: null }, { messages, userId: 'me', reading: false });
  expect(back).toEqual({ seen: 3, lineAfter: 3 });
  expect(advance(back, { messages, userId: 'me', reading: true })).toEqual({ seen: 6, lineAfter: 3 });
});

test('a room that lost its end is read from there', () => {
  expect(look({ seen: 9, lineAfter: 8 }, 4, true)).toEqual({ seen: 4, lineAfter: null });
});

test('only what others wrote since is counted', () => {
  const messages = [
    ...upTo(3),
    testMessage(4),
    testMessage(5, { userId: 'me' }),
    testMessage(6, { deleted: true }),
    testMessage(7),
  ];
  expect(countUnread(messages, 'me', 3)).toBe(2);
  expect(countUnread(messages, 'me', null)).toBe(0);
});
