import { EarshotError, type Message, type User } from '@earshot/shared';
import type { MessageRef, Store, StoredRoom } from '../store/store.ts';

/** The room of that id. Throws `ROOM_NOT_FOUND`. */
export async function requireRoom(store: Store, roomId: string): Promise<StoredRoom> {
  const room = await store.room(roomId);
  if (room === null) throw new EarshotError('ROOM_NOT_FOUND');
  return room;
}

/** Throws `NOT_A_MEMBER`, or `ROOM_NOT_FOUND` where there is no room to be a member of. */
export async function requireMember(store: Store, roomId: string, user: User): Promise<void> {
  if (await store.isMember(roomId, user.userId)) return;
  await requireRoom(store, roomId);
  throw new EarshotError('NOT_A_MEMBER');
}

/** The message, if the user wrote it. Throws `MESSAGE_NOT_FOUND` or `NOT_THE_AUTHOR`. An author never changes. */
export async function requireAuthor(store: Store, target: MessageRef, user: User): Promise<Message> {
  const message = await store.message(target);
  if (message === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  if (message.userId !== user.userId) throw new EarshotError('NOT_THE_AUTHOR');
  return message;
}
