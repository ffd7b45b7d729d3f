import { distanceMetres, EarshotError, idToBson, type Location, newRandomId } from '@earshot/shared';
import { type ClientSession, type MongoClient, ObjectId } from 'mongodb';
import { callTimeout } from '../inTime.ts';
import type { NamedRoomRequest, NewRoomRequest, Store, StoredRoom } from '../store.ts';
import { type Calls, untilDone } from './calls.ts';
import { type Collections, type RoomDocument, roomCreationLock } from './collections.ts';
import { toPoint, toRoom } from './documents.ts';
import { roomIdProblem } from './roomIdProblem.ts';
import { isDuplicate } from './storeError.ts';

/** Rooms looked at beyond those asked for, so that equally far ones can be told apart. */
const spare = 16;
/** Metres by which MongoDB's order and ours may differ. */
const noise = 0.01;

type Found = { room: StoredRoom; distance: number };
type Made = { room: StoredRoom; isNew: boolean };

const existing = (room: StoredRoom | null | undefined): Made | null => (room ? { room, isNew: false } : null);

export function rooms(
  client: MongoClient,
  { rooms, locks }: Collections,
  { calls, clock }: { calls: Calls; clock: () => number },
): Pick<Store, 'nearestOrNewRoom' | 'namedRoom' | 'room' | 'roomsNear'> {
  /** Creations of this instance follow each other: they would only conflict. */
  let lastCreation: Promise<unknown> = Promise.resolve();

  async function read(roomId: string): Promise<StoredRoom | null> {
    const found = await rooms.findOne({ _id: idToBson(ObjectId, roomId) });
    return found && toRoom(found);
  }

  /** MongoDB finds the candidates, on a slightly larger earth; the exact distance decides, and then the lower id. */
  async function nearest(search: Search, session?: ClientSession): Promise<Found[]> {
    const { location, radius, limit } = search;
    if (!(radius > 0)) return [];
    const near = { $geometry: toPoint(location), $maxDistance: radius * 1.002 + 1 };
    for (let count = limit + spare; ; count *= 2) {
      const options = session ? { session } : {};
      const documents = await rooms
        .find({ location: { $nearSphere: near } }, options)
        .limit(count)
        .toArray();
      // Somebody else may have put rooms there that nobody can join: they must not keep people from the others.
      const usable = documents.filter(({ _id }) => roomIdProblem(_id) === null);
      const found = usable.map((document) => withDistance(document, location));
      const wanted = found
        .filter(({ distance }) => distance <= radius)
        .sort((a, b) => a.distance - b.distance || (a.room.id < b.room.id ? -1 : 1))
        .slice(0, limit);
      const reached = found.at(-1)?.distance ?? 0;
      const needed = wanted[limit - 1]?.distance ?? radius;
      if (documents.length < count || reached > needed + noise) return wanted;
    }
  }

  async function nearestOne({ location, radius }: NewRoomRequest, session?: ClientSession): Promise<Made | null> {
    return existing((await nearest({ location, radius, limit: 1 }, session))[0]?.room);
  }

  /**
   * A transaction that first writes the lock, so that of those under way at once, on any instance, only one commits, and
   * the others begin again and find its room.
   */
  function createUnlessNear(request: NewRoomRequest, deadline: number): Promise<Made> {
    const create = async (session: ClientSession) => {
      refuseAfter(deadline);
      await locks.updateOne({ _id: roomCreationLock }, { $inc: { taken: 1 } }, { session, upsert: true });
      const found = await nearestOne(request, session);
      if (found) return found;
      const document = placeRoom(request, new Date(clock()));
      await rooms.insertOne(document, { session });
      return { room: toRoom(document), isNew: true };
    };
    return client.withSession((session) => session.withTransaction(create, { readConcern: { level: 'snapshot' } }));
  }

  /** Retries with another id when the room's is in use: the database may hold rooms of any id. */
  const createWithUnusedId = (request: NewRoomRequest, deadline: number) =>
    untilDone(() => nullIfDuplicate(createUnlessNear(request, deadline)));

  function createInTurn(request: NewRoomRequest): Promise<Made> {
    const deadline = performance.now() + callTimeout;
    const turn = lastCreation.then(async () => {
      refuseAfter(deadline);
      return (await nearestOne(request)) ?? createWithUnusedId(request, deadline);
    });
    lastCreation = turn.catch(() => {});
    return turn;
  }

  return {
    nearestOrNewRoom: (request) => calls.run(async () => (await nearestOne(request)) ?? createInTurn(request)),

    namedRoom: (request) =>
      calls.run(() =>
        untilDone(async () => {
          const found = existing(await read(request.roomId));
          if (found) return found;
          const document = namedRoom(request, new Date(clock()));
          return nullIfDuplicate(rooms.insertOne(document).then(() => ({ room: toRoom(document), isNew: true })));
        }),
      ),

    room: (roomId) => calls.run(() => read(roomId)),

    roomsNear: (location, radius, limit) => calls.run(() => nearest({ location, radius, limit })),
  };
}

async function nullIfDuplicate<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (isDuplicate(error)) return null;
    throw error;
  }
}

/** The caller was told by then: what is still done would be done for nobody. */
function refuseAfter(deadline: number): void {
  if (performance.now() > deadline) throw new EarshotError('STORE_UNAVAILABLE');
}

interface Search {
  location: Location;
  radius: number;
  limit: number;
}

function withDistance(document: RoomDocument, from: Location): Found {
  const room = toRoom(document);
  return { room, distance: room.location ? distanceMetres(from, room.location) : Number.POSITIVE_INFINITY };
}

function placeRoom({ location, name, createdBy }: NewRoomRequest, now: Date): RoomDocument {
  const made = { created_by: createdBy, created_at: now, last_message_at: null };
  return { _id: idToBson(ObjectId, newRandomId()), name, location: toPoint(location), ...made };
}

function namedRoom({ roomId, name, location, createdBy }: NamedRoomRequest, now: Date): RoomDocument {
  const made = { created_by: createdBy, created_at: now, last_message_at: null };
  const place = location && { location: toPoint(location) };
  return { _id: idToBson(ObjectId, roomId), location_id: roomId, name, ...place, ...made };
}
