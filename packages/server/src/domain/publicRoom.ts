import { EarshotError, type Room } from '@earshot/shared';
import type { StoredRoom } from '../store/store.ts';
import { publicLocation } from './publicLocation.ts';
import type { Services } from './services.ts';

/** Returns the public form of a room, with the number of present users. */
export function publicRoom(room: StoredRoom, userCount: number): Room {
  const { id, name, location, createdAt, lastMessageAt } = room;
  return { id, name, place: location && publicLocation(location), createdAt, lastMessageAt, userCount };
}

/** Returns the number of users present in one room. */
export async function countPresent(services: Services, roomId: string): Promise<number> {
  const [count = 0] = await countsPresent(services, [roomId]);
  return count;
}

/** Returns the number of users present in each room; 0 while presence is unreachable, because rooms can be found and joined without it. */
export async function countsPresent(
  { presence }: Pick<Services, 'presence'>,
  roomIds: readonly string[],
): Promise<number[]> {
  try {
    return await presence.counts(roomIds);
  } catch (error) {
    if (error instanceof EarshotError && error.code === 'BROKER_UNAVAILABLE') return roomIds.map(() => 0);
    throw error;
  }
}
