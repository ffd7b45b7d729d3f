import { EarshotError, type Room } from '@earshot/shared';
import type { StoredRoom } from '../store/store.ts';
import { shownPlace } from './place.ts';
import type { Services } from './services.ts';

/** A room as others may see it, with the number of people present. */
export function shownRoom(room: StoredRoom, userCount: number): Room {
  const { id, name, location, createdAt, lastMessageAt } = room;
  return { id, name, place: location && shownPlace(location), createdAt, lastMessageAt, userCount };
}

/** The number of people present in one room. */
export async function countPresent(services: Services, roomId: string): Promise<number> {
  const [count = 0] = await countsPresent(services, [roomId]);
  return count;
}

/** The number of people present in each room; 0 while presence can't be reached: rooms are found and joined without. */
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
