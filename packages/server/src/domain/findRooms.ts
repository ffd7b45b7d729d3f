import type { NearbyRoom, nearbyInput, Room } from '@earshot/shared';
import type { z } from 'zod';
import { requireRoom } from './permission.ts';
import { distanceBand } from './place.ts';
import type { Services } from './services.ts';
import { countPresent, shownRoom } from './shownRoom.ts';

/** One room, for anybody. Throws `ROOM_NOT_FOUND`. */
export async function getRoom(services: Services, roomId: string): Promise<Room> {
  const room = await requireRoom(services.store, roomId);
  return shownRoom(room, await countPresent(services, roomId));
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
