import type { NearbyList, NearbyPage, NearbyRoom, Room } from '@earshot/shared';
import { cellOf } from '../cells.ts';
import type { Connection } from './connection.ts';
import type { UserPrivacy } from './privacy/userPrivacy.ts';
import { bansOf, holdsIn, isBannedIn } from './rules/ruleAbout.ts';
import type { RuleMirror } from './rules/ruleMirror.ts';

/**
 * The answers about rooms for callers without an identity. Reading messages requires one, so these answers have no previews and no
 * ids of users: the location and the creation time of a room would reveal where its owner was. All of these callers share one object,
 * so that its encoded text is cached as well.
 */
const roomsWithoutUsers = new WeakMap<readonly NearbyRoom[], readonly NearbyRoom[]>();
const pagesWithoutUsers = new WeakMap<NearbyPage, NearbyPage>();
const listsWithoutUsers = new WeakMap<NearbyList, NearbyList>();

/** `cell`: that of the room; null if it has none. */
export function visibleRoom(
  { services, connection }: Pick<Viewer, 'services' | 'connection'>,
  room: Room,
  cell: string | null,
): Room {
  const isHidden = connection.userId === null || isBannedIn(services, connection, { id: room.id, cell });
  return isHidden ? { ...room, ownerId: null } : room;
}

/** The caller of an answer. */
export interface Viewer {
  services: { readonly rules: RuleMirror };
  connection: Connection;
  privacy: UserPrivacy;
}

export function visibleRooms(viewer: Viewer, rooms: readonly NearbyRoom[]): readonly NearbyRoom[] {
  return viewer.connection.userId === null ? cached(roomsWithoutUsers, rooms, dropUsers) : withoutHidden(viewer, rooms);
}

export function visiblePage(viewer: Viewer, page: NearbyPage): NearbyPage {
  const { nextCursor } = page;
  if (viewer.connection.userId === null) {
    return cached(pagesWithoutUsers, page, ({ rooms }) => ({ rooms: dropUsers(rooms), nextCursor }));
  }
  const rooms = withoutHidden(viewer, page.rooms);
  return rooms === page.rooms ? page : { rooms: [...rooms], nextCursor };
}

export function visibleList(viewer: Viewer, list: NearbyList): NearbyList {
  if (viewer.connection.userId === null) {
    return cached(listsWithoutUsers, list, ({ rooms }) => ({ rooms: dropUsers(rooms) }));
  }
  const rooms = withoutHidden(viewer, list.rooms);
  return rooms === list.rooms ? list : { ...list, rooms };
}

/** The rooms without what the caller may not see; the same array if there is nothing. */
function withoutHidden(viewer: Viewer, rooms: readonly NearbyRoom[]): readonly NearbyRoom[] {
  return withoutBlocked(viewer.privacy, withoutBanned(viewer, rooms));
}

/** A user who is banned in a room sees of it what callers without an identity see. */
function withoutBanned({ services, connection }: Viewer, rooms: readonly NearbyRoom[]): readonly NearbyRoom[] {
  const bans = bansOf(services, connection);
  if (bans.length === 0) return rooms;
  return rooms.map((room) => {
    const cell = room.place && cellOf(room.place);
    return bans.some((ban) => holdsIn(ban, room.id, cell)) ? withoutUsers(room) : room;
  });
}

/** The rooms without the previews that blocked users wrote; the same array if there are none. */
function withoutBlocked(privacy: UserPrivacy, rooms: readonly NearbyRoom[]): readonly NearbyRoom[] {
  const isHidden = ({ preview }: NearbyRoom) => preview !== null && privacy.blocks(preview.userId);
  if (privacy.blockCount === 0 || !rooms.some(isHidden)) return rooms;
  return rooms.map((room) => (isHidden(room) ? { ...room, preview: null } : room));
}

const withoutUsers = (room: NearbyRoom): NearbyRoom => ({ ...room, ownerId: null, preview: null });

const dropUsers = (rooms: readonly NearbyRoom[]): NearbyRoom[] => rooms.map(withoutUsers);

function cached<Key extends object, Value>(values: WeakMap<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const known = values.get(key) ?? make(key);
  values.set(key, known);
  return known;
}
