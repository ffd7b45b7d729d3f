import { EarshotError, type Room } from '@earshot/shared';
import { cellCentre } from '../cells.ts';
import type { Presence } from '../presence/presence.ts';
import type { StoredRoom } from '../store/store.ts';

/** Returns the public form of a room, with the number of present users. */
export function publicRoom(room: StoredRoom, userCount: number): Room {
  const { id, name, cell, createdAt, lastMessageAt } = room;
  return { id, name, place: cell === null ? null : cellCentre(cell), createdAt, lastMessageAt, userCount };
}

interface PresenceSource {
  presence: Pick<Presence, 'counts'>;
}

/** Returns the number of users present in one room. */
export async function countPresent(source: PresenceSource, roomId: string): Promise<number> {
  const [count = 0] = await countsPresent(source, [roomId]);
  return count;
}

/** Returns the number of users present in each room; 0 while presence is unreachable, because rooms can be found and joined without it. */
export async function countsPresent({ presence }: PresenceSource, roomIds: readonly string[]): Promise<number[]> {
  try {
    return await presence.counts(roomIds);
  } catch (error) {
    if (error instanceof EarshotError && error.code === 'BROKER_UNAVAILABLE') return roomIds.map(() => 0);
    throw error;
  }
}
