import type { Room } from '@earshot/shared';
import type { StoredRoom } from '../store/store.ts';
import { shownPlace } from './place.ts';
import type { Services } from './services.ts';

/** A room as others may see it, with the number of people present. */
export function shownRoom(room: StoredRoom, userCount: number): Room {
  const { id, name, location, createdAt, lastMessageAt } = room;
  return { id, name, place: location && shownPlace(location), createdAt, lastMessageAt, userCount };
}

/** The number of people present in one room. */
export async function countPresent({ presence }: Services, roomId: string): Promise<number> {
  const [count = 0] = await presence.counts([roomId]);
  return count;
}
