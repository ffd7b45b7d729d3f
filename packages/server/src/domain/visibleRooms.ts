import type { NearbyList, NearbyPage, NearbyRoom, Room } from '@earshot/shared';
import type { Connection } from './connection.ts';

/**
 * The answers about rooms for callers without an identity. Reading messages requires one, so these answers have no previews and no
 * ids of users: the location and the creation time of a room would reveal where its owner was. All of these callers share one object,
 * so that its encoded text is cached as well.
 */
const roomsWithoutUsers = new WeakMap<readonly NearbyRoom[], readonly NearbyRoom[]>();
const pagesWithoutUsers = new WeakMap<NearbyPage, NearbyPage>();
const listsWithoutUsers = new WeakMap<NearbyList, NearbyList>();

export function visibleRoom({ userId }: Connection, room: Room): Room {
  return userId === null ? { ...room, ownerId: null } : room;
}

export function visibleRooms({ userId }: Connection, rooms: readonly NearbyRoom[]): readonly NearbyRoom[] {
  return userId === null ? cached(roomsWithoutUsers, rooms, dropUsers) : rooms;
}

export function visiblePage({ userId }: Connection, page: NearbyPage): NearbyPage {
  return userId === null
    ? cached(pagesWithoutUsers, page, ({ rooms, nextCursor }) => ({ rooms: dropUsers(rooms), nextCursor }))
    : page;
}

export function visibleList({ userId }: Connection, list: NearbyList): NearbyList {
  return userId === null ? cached(listsWithoutUsers, list, ({ rooms }) => ({ rooms: dropUsers(rooms) })) : list;
}

const dropUsers = (rooms: readonly NearbyRoom[]): NearbyRoom[] =>
  rooms.map((room) => ({ ...room, ownerId: null, preview: null }));

function cached<Key extends object, Value>(values: WeakMap<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const known = values.get(key) ?? make(key);
  values.set(key, known);
  return known;
}
