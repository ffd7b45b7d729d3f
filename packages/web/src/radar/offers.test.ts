import type { NearbyRoom } from '@earshot/client';
import { expect, test } from 'vitest';
import { testNearbyRoom } from '../location/testNearbyRoom.ts';
import { isNewRoomBlocked, offersHere } from './offers.ts';

const location = { latitude: 52.52, longitude: 13.405 };
const room = (id: string, distance: number) => testNearbyRoom(id, { distance, userCount: 0 });
const kinds = (rooms: NearbyRoom[], current: string | null = null) =>
  offersHere(rooms, location, current).map(({ kind }) => kind);

test.each([
  ['nothing around', [], null, ['create']],
  ['only what a join by location would not find', [room('far', 10_000)], null, ['create']],
  ['a room right here', [room('a', 500)], null, ['join']],
  ['a room not far', [room('a', 2_000)], null, ['join', 'createAnother']],
  ['in the nearest already', [room('a', 250), room('b', 1_000)], 'a', []],
  ['in the nearest, which is not near', [room('a', 2_000)], 'a', ['createAnother']],
  ['in another one', [room('a', 250), room('b', 1_000)], 'b', ['join']],
] as const)('%s', (_, rooms, current, expected) => expect(kinds([...rooms], current)).toEqual(expected));

test('a new room is requested with a smaller search radius', () =>
  expect(offersHere([room('a', 2_000)], location, null)).toContainEqual({
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
