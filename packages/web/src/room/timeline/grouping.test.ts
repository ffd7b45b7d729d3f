import type { Message, PendingMessage } from '@earshot/client';
import { expect, test } from 'vitest';
import { testMessage } from '../../../../shared/src/testMessages.ts';
import { testPending } from '../testPending.ts';
import { groupMs, toRows } from './grouping.ts';
import { readMarkerOf } from './readMarker.ts';

interface Given {
  messages?: Message[];
  pending?: PendingMessage[];
  lineAfter?: number | null;
  hasOlder?: boolean;
}

const rowsOf = ({ messages = [], pending = [], lineAfter = null, hasOlder = false }: Given) =>
  toRows({
    messages,
    pending,
    userId: 'me',
    lineAfter: lineAfter === null ? null : readMarkerOf(testMessage(lineAfter)),
    hasOlder,
  });

test('messages of one author form a group until another author writes or time passes', () => {
  const at = new Date(2026, 2, 10, 10).getTime();
  const after = (ms: number) => ({ timestamp: new Date(at + ms) });
  const rows = rowsOf({
    messages: [
      testMessage(1, after(0)),
      testMessage(2, after(groupMs - 1)),
      testMessage(3, after(2 * groupMs - 1)),
      testMessage(4, { userId: 'bob', ...after(2 * groupMs) }),
    ],
  });
  expect(rows.map((row) => row.startsGroup)).toEqual([true, false, true, true]);
  expect(rows.map((row) => row.endsGroup)).toEqual([false, true, true, true]);
});

test('a new name of the same author is shown; the user’s own is not', () => {
  const named = (userId: string) => [
    testMessage(1, { userId, username: 'Ada' }),
    testMessage(2, { userId, username: 'Ada L.' }),
  ];
  const groups = (messages: Message[]) => rowsOf({ messages }).map((row) => row.startsGroup);
  expect([groups(named('ada')), groups(named('me'))]).toEqual([
    [true, true],
    [true, false],
  ]);
});

test('midnight starts a day and a group, and so does the first message of the room', () => {
  const rows = rowsOf({
    messages: [
      testMessage(1, { timestamp: new Date(2026, 2, 10, 23, 59) }),
      testMessage(2, { timestamp: new Date(2026, 2, 11, 0, 0) }),
      testMessage(3, { timestamp: new Date(2026, 2, 11, 0, 1) }),
    ],
  });
  expect(rows.map((row) => row.startsDay)).toEqual([true, true, false]);
  expect(rows.map((row) => row.startsGroup)).toEqual([true, true, false]);
});

test('the first row starts no day while older messages exist, which may be of the same day', () => {
  const [first] = rowsOf({ messages: [testMessage(7)], hasOlder: true });
  expect(first).toMatchObject({ startsDay: false, startsGroup: true });
});

test('the same day of another month is another day', () => {
  const rows = rowsOf({
    messages: [
      testMessage(1, { timestamp: new Date(2026, 1, 10) }),
      testMessage(2, { timestamp: new Date(2026, 2, 10) }),
    ],
  });
  expect(rows[1]?.startsDay).toBe(true);
});

test('the unread line stands above the first unseen message of others, and splits a group', () => {
  const messages = [1, 2, 3, 4].map((seq) => testMessage(seq, { userId: seq === 2 ? 'me' : 'ada' }));
  expect(rowsOf({ messages, lineAfter: 1 }).map((row) => row.startsUnread)).toEqual([false, false, true, false]);
  const rows = rowsOf({ messages, lineAfter: 3 });
  expect(rows.map((row) => row.startsUnread)).toEqual([false, false, false, true]);
  expect(rows[2]?.endsGroup).toBe(true);
});

test('there is no unread line while the last seen message is not loaded, or when all are seen', () => {
  const messages = [testMessage(11), testMessage(12)];
  const line = (given: Given) => rowsOf({ messages, ...given }).some((row) => row.startsUnread);
  expect(line({ lineAfter: 5, hasOlder: true })).toBe(false);
  expect(line({ lineAfter: 5 })).toBe(true);
  expect(line({ lineAfter: 12 })).toBe(false);
  expect(line({})).toBe(false);
});

test('after a restored backup the unread line stands above the first new message, though its number was used before', () => {
  const afterRestore = (seq: number) =>
    testMessage(seq, { id: `new ${seq}`, timestamp: testMessage(seq + 20).timestamp });
  const rows = rowsOf({ messages: [testMessage(1), testMessage(2), afterRestore(3), afterRestore(4)], lineAfter: 9 });
  expect(rows.map((row) => row.startsUnread)).toEqual([false, false, true, false]);
});

test('the user’s own message keeps its key when it is sent', () => {
  const before = rowsOf({ pending: [testPending('a')] });
  const after = rowsOf({ messages: [testMessage(1, { userId: 'me', clientMessageId: 'a' })] });
  expect(after.map((row) => row.key)).toEqual(before.map((row) => row.key));
  expect(after[0]?.own).toBe(true);
});

test('another user’s message with the same client id has a different key', () => {
  const rows = rowsOf({
    messages: [
      testMessage(1, { clientMessageId: 'a' }),
      testMessage(2, { userId: 'me', clientMessageId: 'a' }),
      testMessage(3, { userId: 'bob', clientMessageId: 'a' }),
    ],
  });
  expect(new Set(rows.map((row) => row.key)).size).toBe(3);
});
