import type { Location } from '@earshot/shared';
import type { StoredRoom } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { roomName } from './place.ts';
import type { Services } from './services.ts';

/** A room known by a name that its users chose, which is its id. */
export interface NamedRoom {
  roomId: string;
  /** Where it is, should it have a place. */
  location: Location | null;
}

/** Makes the caller a member of the room, which is made when there is none. */
export async function makeMember(
  { store, roomLimit }: Services,
  { user }: Connection,
  named: NamedRoom,
): Promise<{ room: StoredRoom; isNew: boolean }> {
  roomLimit.take(user.userId); // whether a room will be made is known afterwards
  const found = await store.namedRoom({ ...named, name: nameOf(named), createdBy: user.userId });
  if (!found.isNew) roomLimit.giveBack(user.userId);
  await store.addMember(found.room.id, user);
  return found;
}

/** The room as it would be if it were made now. */
export function emptyRoom(named: NamedRoom): StoredRoom {
  const { roomId: id, location } = named;
  return { id, name: nameOf(named), location, createdAt: new Date(), lastMessageAt: null };
}

const nameOf = ({ roomId, location }: NamedRoom) => (location === null ? roomId : roomName(location));
