import type { NearbyList, NearbyPage, NearbyRoom, Room } from '@earshot/shared';
import type { Connection } from './connection.ts';
import type { UserPrivacy } from './privacy/userPrivacy.ts';

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

export function visibleRooms(
  { userId }: Connection,
  privacy: UserPrivacy,
  rooms: readonly NearbyRoom[],
): readonly NearbyRoom[] {
  return userId === null ? cached(roomsWithoutUsers, rooms, dropUsers) : withoutBlocked(privacy, rooms);
}

export function visiblePage({ userId }: Connection, privacy: UserPrivacy, page: NearbyPage): NearbyPage {
  const { nextCursor } = page;
  if (userId === null) return cached(pagesWithoutUsers, page, ({ rooms }) => ({ rooms: dropUsers(rooms), nextCursor }));
  const rooms = withoutBlocked(privacy, page.rooms);
  return rooms === page.rooms ? page : { rooms: [...rooms], nextCursor };
}

export function visibleList({ userId }: Connection, privacy: UserPrivacy, list: NearbyList): NearbyList {
  if (userId === null) return cached(listsWithoutUsers, list, ({ rooms }) => ({ rooms: dropUsers(rooms) }));
  const rooms = withoutBlocked(privacy, list.rooms);
  return rooms === list.rooms ? list : { ...list, rooms };
}

/** The rooms without the previews that blocked users wrote; the same array if there are none. */
function withoutBlocked(privacy: UserPrivacy, rooms: readonly NearbyRoom[]): readonly NearbyRoom[] {
  const isHidden = ({ preview }: NearbyRoom) => preview !== null && privacy.blocks(preview.userId);
  if (privacy.blockCount === 0 || !rooms.some(isHidden)) return rooms;
  return rooms.map((room) => (isHidden(room) ? { ...room, preview: null } : room));
}

const dropUsers = (rooms: readonly NearbyRoom[]): NearbyRoom[] =>
  rooms.map((room) => ({ ...room, ownerId: null, preview: null }));

function cached<Key extends object, Value>(values: WeakMap<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const known = values.get(key) ?? make(key);
  values.set(key, known);
  return known;
}
