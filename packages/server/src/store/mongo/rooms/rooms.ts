import type { MongoClient } from 'mongodb';
import type { Store, StoredRoom } from '../../store.ts';
import { type CallTracker, retryOnConflict } from '../callTracker.ts';
import type { Collections } from '../collections.ts';
import { findRooms } from './findRooms.ts';
import { makeRooms } from './makeRoom.ts';
import { roomPages } from './roomPages.ts';

type Rooms = Pick<Store, 'nearestOrNewRoom' | 'namedRoom' | 'room' | 'roomsNear' | 'roomsNearPage'>;

const existing = (room: StoredRoom | null | undefined) => (room ? { room, isNew: false } : null);

/** Rooms, by id and by cell. */
export function rooms(
  client: MongoClient,
  all: Collections,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): Rooms {
  const { byId, nearest } = findRooms(all);
  const readPage = roomPages(all);
  const { newRoom, namedRoom } = makeRooms(
    client,
    all,
    async ({ cell, radius }, session) => (await nearest({ cell, radius, limit: 1 }, session))[0],
  );
  const now = () => new Date(clock());

  return {
    nearestOrNewRoom: (request) =>
      calls.run(async () => {
        const [found] = await nearest({ ...request, limit: 1 });
        return existing(found?.room) ?? newRoom(request, now());
      }),

    namedRoom: (request) =>
      calls.run(() => retryOnConflict(async () => existing(await byId(request.roomId)) ?? namedRoom(request, now()))),

    room: (roomId) => calls.run(() => byId(roomId)),

    roomsNear: (cell, radius, limit) => calls.run(() => nearest({ cell, radius, limit })),
    roomsNearPage: (search) => calls.run(() => readPage(search)),
  };
}
