import type { NearbyRoom, nearbyInput, Room } from '@earshot/shared';
import type { z } from 'zod';
import { emptyRoom, type NamedRoom } from './namedRoom.ts';
import { requireRoom } from './permission.ts';
import { distanceBand } from './place.ts';
import type { Services } from './services.ts';
import { countPresent, shownRoom } from './shownRoom.ts';

/** One room, for anybody. Throws `ROOM_NOT_FOUND`. */
export async function getRoom(services: Services, roomId: string): Promise<Room> {
  const room = await requireRoom(services.store, roomId);
  return shownRoom(room, await countPresent(services, roomId));
}

/** The room of that name, for anybody; one that nobody used yet as it would be, without making it. */
export async function getNamedRoom(services: Services, named: NamedRoom): Promise<Room> {
  const { store } = services;
  const room = (await store.room(named.roomId)) ?? emptyRoom(named);
  const [userCount, [newest]] = await Promise.all([
    countPresent(services, room.id),
    store.historyBefore(room.id, { limit: 1 }), // the room's own note of it may be a moment behind
  ]);
  return shownRoom({ ...room, lastMessageAt: newest?.timestamp ?? null }, userCount);
}

/** The rooms around a place, nearest first, for anybody. */
export async function nearbyRooms(
  { store, presence }: Services,
  { location, radius, limit }: z.output<typeof nearbyInput>,
): Promise<NearbyRoom[]> {
  const found = await store.roomsNear(location, radius, limit);
  const counts = await presence.counts(found.map(({ room }) => room.id));
  return found.map(({ room, distance }, i) => ({
    ...shownRoom(room, counts[i] ?? 0),
    distance: distanceBand(distance),
  }));
}
