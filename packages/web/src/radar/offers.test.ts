import type { NearbyRoom } from '@earshot/client';
import { expect, test } from 'vitest';
import { testNearbyRoom } from '../location/testNearbyRoom.ts';
import { isNewRoomBlocked, offersHere } from './offers.ts';

const location = { latitude: 52.52, longitude: 13.405 };
const now = Date.UTC(2030, 0, 1, 12);
const room = (id: string, distance: number, more: Partial<NearbyRoom> = {}) =>
  testNearbyRoom(id, { distance, userCount: 0, lastMessageAt: null, ...more });
/** A message so many minutes ago. */
const after = (minutes: number) => ({ lastMessageAt: new Date(now - minutes * 60_000) });
const users = (userCount: number) => ({ userCount });
const kinds = (rooms: NearbyRoom[], current: string | null = null) =>
  offersHere(rooms, location, { currentRoomId: current, now }).map(({ kind }) => kind);

test.each([
  ['nothing around', [], null, ['create']],
  ['only what a join by location would not find', [room('far', 10_000)], null, ['create']],
  ['a room right here', [room('a', 500)], null, ['join']],
  ['a room not far', [room('a', 2_000)], null, ['join', 'createAnother']],
  ['in the nearest already', [room('a', 250), room('b', 1_000)], 'a', []],
  ['in the nearest, which is not near', [room('a', 2_000)], 'a', ['createAnother']],
  ['in another one', [room('a', 250), room('b', 1_000)], 'b', ['join']],
] as const)('%s', (_, rooms, current, expected) => expect(kinds([...rooms], current)).toEqual(expected));

test.each([
  ['users in another room', [room('a', 500), room('b', 2_000, users(1))], null, 'b'],
  ['the most users', [room('a', 500), room('b', 1_000, users(1)), room('c', 2_000, users(2))], null, 'c'],
  ['a recent message', [room('a', 500, after(61)), room('b', 2_000, after(60))], null, 'b'],
  ['the latest message', [room('a', 500), room('b', 1_000, after(9)), room('c', 2_000, after(1))], null, 'c'],
  [
    'equally lively rooms: the nearer',
    [room('a', 500), room('b', 1_000, users(1)), room('c', 2_000, users(1))],
    null,
    'b',
  ],
  ['users in the nearest too', [room('a', 500, users(1)), room('b', 1_000, users(9))], null, null],
  ['a recent message in the nearest', [room('a', 500, after(1)), room('b', 1_000, users(9))], null, null],
  ['users out of reach', [room('a', 500), room('b', 10_000, users(9))], null, null],
  ['users only in the open room', [room('a', 500), room('b', 1_000, users(9))], 'b', null],
] as const)('%s: the liveliest room is offered where the nearest is quiet', (_, rooms, currentRoomId, expected) => {
  const [offer] = offersHere(rooms, location, { currentRoomId, now });
  expect(offer).toEqual(
    expected === null
      ? { kind: 'join', target: { location } }
      : { kind: 'joinLiveliest', target: { roomId: expected } },
  );
});

test('a new room is requested with a smaller search radius', () =>
  expect(offersHere([room('a', 2_000)], location, { currentRoomId: null, now })).toContainEqual({
    kind: 'createAnother',
    target: { location, searchRadius: 500 },
  }));

test.each([
  ['no room', [], false],
  ['a room right here', [room('a', 500)], true],
  ['a room not far', [room('a', 750)], false],
] as const)('with %s: whether a new room is blocked', (_, rooms, blocked) =>
  expect(isNewRoomBlocked(rooms)).toBe(blocked),
);
