import type { NearbyPage, NearbyRoom, Room } from '@earshot/shared';
import type { Connection } from './connection.ts';
import { emptyRoom, type NamedRoom } from './namedRoom.ts';
import type { NearbyPageSearch, OrderedSearch } from './nearbyRooms.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { countPresent, describeRoom, laterTime, publicRoom } from './publicRoom.ts';
import { requireRoom } from './requireRoom.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';
import { visiblePage, visibleRoom, visibleRooms } from './visibleRooms.ts';

/**
 * Returns one room, to users who are banned there as to callers without an identity. Needs no membership. Throws `ROOM_GONE` and
 * `ROOM_NOT_FOUND`.
 */
export async function getRoom(services: Services, connection: Connection, roomId: string): Promise<Room> {
  services.budget.spend(connection, 'getRoom');
  await requireRight(services, connection, 'readRoom', { roomId });
  const room = await requireRoom(services.store, roomId);
  const described = await describeRoom(services, room, await countPresent(services, roomId));
  return visibleRoom({ services, connection }, described, room.cell);
}

/**
 * Returns the room of that name. Needs no membership. A room that does not exist is returned as it would be, without creating it. The
 * number of present users is essential to callers: throws `BROKER_UNAVAILABLE` when it is unknown. The area is left out.
 */
export async function getNamedRoom(services: Services, connection: Connection, named: NamedRoom): Promise<Room> {
  const { store, presence, budget } = services;
  budget.spend(connection, 'getRoom');
  await requireRight(services, connection, 'readRoom', { roomId: named.roomId });
  const room = (await store.room(named.roomId)) ?? emptyRoom(named);
  const [[userCount = 0], { messages }] = await Promise.all([
    presence.counts([room.id]),
    store.history(room.id, { limit: 1 }),
  ]);
  const lastMessageAt = laterTime(room.lastMessageAt, messages[0]?.timestamp);
  return publicRoom({ ...room, lastMessageAt }, { userCount, area: null });
}

/** Returns the rooms around a map cell. Needs no membership. See `NearbyRooms`. */
export async function nearbyRooms(
  services: Services,
  connection: Connection,
  search: OrderedSearch,
): Promise<readonly NearbyRoom[]> {
  services.budget.spend(connection, 'findRooms');
  await requireRight(services, connection, 'findRooms', 'server');
  const privacy = await privacyOf(services, connection);
  return visibleRooms({ services, connection, privacy }, await services.nearby.search(search));
}

/** Returns a page of the rooms around a map cell. Needs no membership. See `NearbyRooms`. */
export async function nearbyPage(
  services: Services,
  connection: Connection,
  search: NearbyPageSearch,
): Promise<NearbyPage> {
  services.budget.spend(connection, 'findRooms');
  await requireRight(services, connection, 'findRooms', 'server');
  const privacy = await privacyOf(services, connection);
  return visiblePage({ services, connection, privacy }, await services.nearby.page(search));
}
