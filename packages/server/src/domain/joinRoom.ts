import type { joinInput, Room } from '@earshot/shared';
import type { z } from 'zod';
import type { StoredRoom } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { makeMember, type NamedRoom } from './namedRoom.ts';
import { requireRoom } from './permission.ts';
import { roomName } from './place.ts';
import type { Services } from './services.ts';
import { countPresent, shownRoom } from './shownRoom.ts';

type JoinRequest = z.output<typeof joinInput>;
type Found = { room: StoredRoom; isNew: boolean };

export type Joined = Awaited<ReturnType<typeof joinRoom>>;

/** Makes the caller a member of the room asked for, of the nearest one, or of a new one. Joining twice is no error. */
export async function joinRoom(
  services: Services,
  connection: Connection,
  request: JoinRequest,
  // Written out: the client's published types are made from it, and know no names of the server.
): Promise<{ room: Room; isNew: boolean; userCount: number }> {
  services.budget.spend(connection, 'joinRoom');
  const { user } = connection;
  const found = await findRoom(services, connection, request);
  await services.store.addMember(found.room.id, user);
  return joined(services, found);
}

/** Makes the caller a member of the room of that name, which is made when there is none. */
export async function joinNamedRoom(services: Services, connection: Connection, named: NamedRoom): Promise<Joined> {
  return joined(services, await makeMember(services, connection, named));
}

async function joined(services: Services, { room, isNew }: Found): Promise<Joined> {
  const userCount = await countPresent(services, room.id);
  return { room: shownRoom(room, userCount), isNew, userCount };
}

async function findRoom(services: Services, connection: Connection, request: JoinRequest): Promise<Found> {
  const { store, roomLimit } = services;
  if ('roomId' in request) return { room: await requireRoom(store, request.roomId), isNew: false };
  const { location, searchRadius } = request;
  // Only new rooms count: whether one will be made is known afterwards.
  try {
    roomLimit.take(connection);
  } catch (refusal) {
    const [nearest] = await store.roomsNear(location, searchRadius, 1);
    if (nearest === undefined) throw refusal;
    return { room: nearest.room, isNew: false };
  }
  const found = await store.nearestOrNewRoom({
    location,
    radius: searchRadius,
    name: roomName(location),
    createdBy: connection.user.userId,
  });
  if (!found.isNew) roomLimit.giveBack(connection);
  return found;
}
