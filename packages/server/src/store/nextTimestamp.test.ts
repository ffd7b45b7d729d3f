import { expect, test } from 'vitest';
import { nextChangeTime, nextTimestamp } from './nextTimestamp.ts';

test.each([
  ['the clock, if it is ahead', 5_000, 4_000, 5_000],
  ['the next millisecond in a burst', 5_000, 5_000, 5_001],
  ['the next millisecond, if the clock of another instance is slightly ahead', 5_000, 5_300, 5_301],
  ['the next millisecond, if the clock was set back', 5_000, 9_000_000, 9_000_001],
  ['no later time than RFC 3339 can express', 5_000, Date.UTC(10_000) - 1, Date.UTC(10_000) - 1],
  ['the clock in an empty room', 5_000, 0, 5_000],
])('%s', (_case, now, last, expected) => expect(nextTimestamp(now, last)).toBe(expected));

test('the time of a change is the clock, and never earlier than the last change', () => {
  expect([nextChangeTime(5_000, 4_000), nextChangeTime(5_000, 5_000), nextChangeTime(5_000, 9_000)]).toEqual([
    5_000, 5_000, 9_000,
  ]);
});
