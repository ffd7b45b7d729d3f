import { EarshotError, type Message, type User } from '@earshot/shared';
import type { MessageRef, Store, StoredRoom } from '../store/store.ts';
import type { Services } from './services.ts';

/** The room of that id. Throws `ROOM_NOT_FOUND`. */
export async function requireRoom(store: Store, roomId: string): Promise<StoredRoom> {
  const room = await store.room(roomId);
  if (room === null) throw new EarshotError('ROOM_NOT_FOUND');
  return room;
}

/** Throws `NOT_A_MEMBER`, or `ROOM_NOT_FOUND` where there is no room to be a member of. */
export async function requireMember(services: Services, roomId: string, user: User): Promise<void> {
  if (await isMember(services, roomId, user.userId)) return;
  await requireRoom(services.store, roomId);
  throw new EarshotError('NOT_A_MEMBER');
}

/** Whether the user is a member: of a room that is watched here, whose leavers are heard of, as found a moment ago. */
export async function isMember({ store, hub }: Services, roomId: string, userId: string): Promise<boolean> {
  const lookUp = () => store.isMember(roomId, userId);
  return hub.knownMembers(roomId)?.check(userId, lookUp) ?? lookUp();
}

/** The message, if the user wrote it. Throws `MESSAGE_NOT_FOUND` or `NOT_THE_AUTHOR`. An author never changes. */
export async function requireAuthor(store: Store, target: MessageRef, user: User): Promise<Message> {
  const message = await store.message(target);
  if (message === null) throw new EarshotError('MESSAGE_NOT_FOUND');
  if (message.userId !== user.userId) throw new EarshotError('NOT_THE_AUTHOR');
  return message;
}
