import { EarshotError, type Message, type User } from '@earshot/shared';
import type { MessageRef, Store, StoredRoom } from '../store/store.ts';
import type { Services } from './services.ts';

/** Returns the room of that id. Throws `ROOM_GONE` if it was removed, or `ROOM_NOT_FOUND`. */
export async function requireRoom(store: Store, roomId: string): Promise<StoredRoom> {
  const room = await store.room(roomId);
  if (room === null) throw new EarshotError((await store.wasRemoved(roomId)) ? 'ROOM_GONE' : 'ROOM_NOT_FOUND');
  return room;
}

/** Throws `NOT_A_MEMBER` if the user is not a member, and `ROOM_GONE` or `ROOM_NOT_FOUND` if there is no such room. */
export async function requireMember(services: Services, roomId: string, user: User): Promise<void> {
  if (await isMember(services, roomId, user.userId)) return;
  await requireRoom(services.store, roomId);
  throw new EarshotError('NOT_A_MEMBER');
}

/** Throws the errors of `requireMember`, and `ROOM_TOO_FAR` if the user can't have reached the room: see `TravelGuard`. */
export async function requireWriter(services: Services, roomId: string, user: User): Promise<void> {
  await requireMember(services, roomId, user);
  await services.travelGuard.requireReach(roomId, user.userId);
}

/** Resolves to whether the user is a member. A positive answer may be cached briefly. */
export function isMember({ store }: Services, roomId: string, userId: string): Promise<boolean> {
  return store.isMember(roomId, userId, { allowCached: true });
}

/** Throws `NOT_THE_OWNER` if the user may not change the room's title and topic: only the user who made the room may. */
export function requireMayDescribe(room: StoredRoom, { userId }: User): void {
  if (room.createdBy !== userId) throw new EarshotError('NOT_THE_OWNER');
}

/** Returns the message if the user is its author. Throws `MESSAGE_NOT_FOUND` or `NOT_THE_AUTHOR`. The author of a message never changes. */
export async function requireAuthor(store: Store, target: MessageRef, user: User): Promise<Message> {
  const message = await store.message(target);
  if (message === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  if (message.userId !== user.userId) throw new EarshotError('NOT_THE_AUTHOR');
  return message;
}
