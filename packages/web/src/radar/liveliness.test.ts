import { expect, test } from 'vitest';
import { testNearbyRoom } from '../location/testNearbyRoom.ts';
import { compareLiveliness, isLively } from './liveliness.ts';

test('the liveliest rooms are those with the most users, then the latest message, then the nearest', () => {
  const rooms = [
    testNearbyRoom('near', { userCount: 0, distance: 100 }),
    testNearbyRoom('far', { userCount: 0, distance: 5_000 }),
    testNearbyRoom('earlier', { userCount: 0, lastMessageAt: new Date(1) }),
    testNearbyRoom('later', { userCount: 0, lastMessageAt: new Date(2) }),
    testNearbyRoom('one', { userCount: 1 }),
    testNearbyRoom('two', { userCount: 2, distance: 5_000 }),
  ];
  const expected = ['two', 'one', 'later', 'earlier', 'near', 'far'];
  expect(rooms.toSorted(compareLiveliness).map(({ id }) => id)).toEqual(expected);
});

test('a room is lively with users, and for an hour after a message', () => {
  const hour = 3_600_000;
  const quiet = testNearbyRoom('a', { userCount: 0, lastMessageAt: new Date(0) });
  expect([hour, hour + 1].map((now) => isLively(quiet, now))).toEqual([true, false]);
  expect(isLively({ ...quiet, lastMessageAt: null }, 10 * hour)).toBe(false);
  expect(isLively({ ...quiet, userCount: 1 }, 10 * hour)).toBe(true);
});
