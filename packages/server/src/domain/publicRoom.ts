import { EarshotError, type Room } from '@earshot/shared';
import { coarse } from '../cells.ts';
import type { Presence } from '../presence/presence.ts';
import type { StoredRoom } from '../store/store.ts';

/**
 * The public form of a location: the centre of its map cell. The exact point where a room was created stays on the server: three distances
 * from known points would locate the person who stood there.
 */
export const publicLocation = coarse;

/** Returns the public form of a room, with the number of present users. */
export function publicRoom(room: StoredRoom, userCount: number): Room {
  const { id, name, location, createdAt, lastMessageAt } = room;
  return { id, name, place: location && publicLocation(location), createdAt, lastMessageAt, userCount };
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
