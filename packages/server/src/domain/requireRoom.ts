import { EarshotError } from '@earshot/shared';
import type { Store, StoredRoom } from '../store/store.ts';

/** Returns the room of that id. Throws `ROOM_GONE` if it was removed, or `ROOM_NOT_FOUND`. */
export async function requireRoom(store: Pick<Store, 'room' | 'wasRemoved'>, roomId: string): Promise<StoredRoom> {
  const room = await store.room(roomId);
  if (room === null) throw new EarshotError((await store.wasRemoved(roomId)) ? 'ROOM_GONE' : 'ROOM_NOT_FOUND');
  return room;
}
