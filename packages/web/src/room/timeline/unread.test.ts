import { expect, test } from 'vitest';
import { testMessage } from '../../../../shared/src/testMessages.ts';
import { readMarkerOf } from './readMarker.ts';
import { advance, countUnread, markAllRead, type Unread } from './unread.ts';

const at = (seq: number) => readMarkerOf(testMessage(seq));
const unreadAt = (seen: number, lineAfter: number | null): Unread => ({
  seen: at(seen),
  lineAfter: lineAfter === null ? null : at(lineAfter),
});
const upTo = (newest: number) => Array.from({ length: newest }, (_, index) => testMessage(index + 1));
const update = (unread: Unread, newest: number, reading: boolean) =>
  advance(unread, { messages: upTo(newest), userId: 'me', reading });
const fresh: Unread = { seen: null, lineAfter: null };

test('on a first visit nothing is unread', () => {
  expect(update(fresh, 5, false)).toEqual(unreadAt(5, null));
  expect(update(fresh, 0, false)).toBe(fresh);
});

test('after a return, the line stands at the last position, and stays while the user reads on', () => {
  const back = update(unreadAt(3, null), 5, false);
  expect(back).toEqual(unreadAt(3, 3));
  const reading = update(back, 5, true);
  expect(reading).toEqual(unreadAt(5, 3));
  expect(update(reading, 6, true)).toEqual(unreadAt(6, 3));
});

test('messages that arrive while reading cause no line; those that arrive afterwards do', () => {
  const reading = update(unreadAt(5, null), 6, true);
  expect(reading).toEqual(unreadAt(6, null));
  expect(update(reading, 6, false)).toBe(reading);
  const away = update(reading, 7, false);
  expect(away).toEqual(unreadAt(6, 6));
  expect(update(away, 9, false)).toBe(away);
});

test('sending a message marks everything as read', () => {
  expect(markAllRead(unreadAt(3, 3), upTo(5))).toEqual(unreadAt(5, null));
  expect(markAllRead(unreadAt(3, 3), [])).toEqual(unreadAt(3, null));
  const messages = [...upTo(5), testMessage(6, { userId: 'me' })];
  expect(advance(unreadAt(5, null), { messages, userId: 'me', reading: false })).toEqual(unreadAt(6, null));
});

test('a message written offline does not mark those as read that arrived before it was sent', () => {
  const messages = [...upTo(5), testMessage(6, { userId: 'me' })];
  const back = advance(unreadAt(3, null), { messages, userId: 'me', reading: false });
  expect(back).toEqual(unreadAt(3, 3));
  expect(advance(back, { messages, userId: 'me', reading: true })).toEqual(unreadAt(6, 3));
});

test('if a room lost its end, the position moves back to the newest message', () => {
  expect(update(unreadAt(9, 8), 4, true)).toEqual(unreadAt(4, null));
});

test('only later messages of others are counted', () => {
  const messages = [
    ...upTo(3),
    testMessage(4),
    testMessage(5, { userId: 'me' }),
    testMessage(6, { deleted: true }),
    testMessage(7),
  ];
  expect(countUnread(messages, 'me', at(3))).toBe(2);
  expect(countUnread(messages, 'me', null)).toBe(0);
});

test.each([1, 3, 5, 8])(
  'after a restored backup %i new messages count, though their numbers were seen before',
  (count) => {
    const messages = upTo(5);
    for (let seq = 6; seq < 6 + count; seq += 1) {
      messages.push(testMessage(seq, { id: `new ${seq}`, timestamp: testMessage(seq + 20).timestamp }));
    }
    const back = advance(unreadAt(10, null), { messages, userId: 'me', reading: false });
    expect(back).toEqual(unreadAt(10, 10));
    expect(countUnread(messages, 'me', back.seen)).toBe(count);
  },
);

test('a stored number without a time is compared by the number, and replaced', () => {
  const numberOnly: Unread = { seen: { seq: 3, time: null }, lineAfter: null };
  expect(countUnread(upTo(5), 'me', numberOnly.seen)).toBe(2);
  expect(update(numberOnly, 3, false)).toEqual(unreadAt(3, null));
});
