import type { ClientSession, MongoClient } from 'mongodb';
import { withCallTimeout } from '../../callTimeout.ts';
import type { NewRoomRequest, Store } from '../../store.ts';
import { type CallTracker, retryOnConflict } from '../callTracker.ts';
import type { Collections } from '../collections.ts';
import { findRooms } from './findRooms.ts';
import { makeRooms } from './makeRoom.ts';
import { roomPages } from './roomPages.ts';

type Rooms = Pick<Store, 'nearestOrNewRoom' | 'namedRoom' | 'room' | 'roomsNear' | 'roomsNearPage'>;

/** Rooms, by id and by cell. */
export function rooms(
  client: MongoClient,
  all: Collections,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): Rooms {
  const { byId, nearest } = findRooms(all);
  const readPage = roomPages(all);
  const nearestRoom = async ({ cell, radius, except = [] }: NewRoomRequest, session?: ClientSession) => {
    const found = await nearest({ cell, radius, limit: 1 + except.length }, session);
    return found.find(({ room }) => !except.includes(room.id))?.room;
  };
  const { newRoom, namedRoom } = makeRooms(client, all, { byId, nearest: nearestRoom });
  const now = () => new Date(clock());

  return {
    nearestOrNewRoom: (request) =>
      calls.runQueued(async () => {
        const room = await withCallTimeout(nearestRoom(request));
        return room ? { room, isNew: false } : newRoom(request, now());
      }),

    namedRoom: (request) => calls.runQueued(() => retryOnConflict(() => namedRoom(request, now()))),

    room: (roomId) => calls.runQueued(() => byId(roomId)),

    roomsNear: (cell, radius, limit) => calls.run(() => nearest({ cell, radius, limit })),
    roomsNearPage: (search) => calls.run(() => readPage(search)),
  };
}
