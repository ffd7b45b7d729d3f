import type { Connection } from './connection.ts';
import { requireRoom } from './requireRoom.ts';
import { requireRight } from './rights/requireRight.ts';
import type { Services } from './services.ts';

/**
 * Ends the caller's membership, and their watches of the room on every instance. Leaving twice is no error. Throws `ROOM_GONE` and
 * `ROOM_NOT_FOUND`.
 */
export async function leaveRoom(services: Services, connection: Connection, roomId: string): Promise<void> {
  services.budget.spend(connection, 'leaveRoom');
  const { userId } = connection.user;
  await requireRight(services, connection, 'leaveRoom', { roomId });
  if (await services.store.removeMember(roomId, userId)) {
    await services.hub.publish(roomId, { type: 'member.left', userId }, connection.id);
  } else {
    await requireRoom(services.store, roomId);
  }
}
