import type { joinInput, Room } from '@earshot/shared';
import type { z } from 'zod';
import type { StoredRoom } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { requireRoom } from './permission.ts';
import { roomName } from './place.ts';
import type { Services } from './services.ts';
import { countPresent, shownRoom } from './shownRoom.ts';

type JoinRequest = z.output<typeof joinInput>;

/** Makes the caller a member of the room asked for, of the nearest one, or of a new one. Joining twice is no error. */
export async function joinRoom(
  services: Services,
  connection: Connection,
  request: JoinRequest,
): Promise<{ room: Room; isNew: boolean; userCount: number }> {
  const { user } = connection;
  const { room, isNew } = await findRoom(services, user.userId, request);
  await services.store.addMember(room.id, user);
  const userCount = await countPresent(services, room.id);
  return { room: shownRoom(room, userCount), isNew, userCount };
}

async function findRoom(
  { store }: Services,
  userId: string,
  request: JoinRequest,
): Promise<{ room: StoredRoom; isNew: boolean }> {
  if ('roomId' in request) return { room: await requireRoom(store, request.roomId), isNew: false };
  const { location, searchRadius } = request;
  return store.nearestOrNewRoom({ location, radius: searchRadius, name: roomName(location), createdBy: userId });
}
