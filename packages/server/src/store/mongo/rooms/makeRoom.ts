import { createHash } from 'node:crypto';
import { EarshotError, idToBson, newRandomId } from '@earshot/shared';
import { type ClientSession, type MongoClient, ObjectId } from 'mongodb';
import { KeyedQueue } from '../../../async/keyedQueue.ts';
import { cellCentre, searchAreas } from '../../../cells.ts';
import { queuedCallTimeout, withCallTimeout, withProgressTimeout } from '../../callTimeout.ts';
import type { NamedRoomRequest, NewRoomRequest, StoredRoom } from '../../store.ts';
import { retryOnConflict } from '../callTracker.ts';
import type { Collections, RoomDocument } from '../collections.ts';
import { toPoint, toRoom } from '../documents.ts';
import { isDuplicate, isWriteConflict } from '../storeError.ts';

type CreatedRoom = { room: StoredRoom; isNew: boolean };

interface Searches {
  byId: (roomId: string) => Promise<StoredRoom | null>;
  nearest: (request: NewRoomRequest, session?: ClientSession) => Promise<StoredRoom | undefined>;
}

/**
 * Creates rooms. Nearby creations are serialized across all instances: a transaction first writes the locks of the areas that its search
 * covers. So only one of several concurrent transactions commits; the others restart and find its room.
 */
export function makeRooms(client: MongoClient, { rooms, cells, locks }: Collections, { byId, nearest }: Searches) {
  /** Serializes creations of this instance in one cell, because they would only conflict. */
  const creations = new KeyedQueue();

  /** Makes transactions that lock the same area conflict. */
  async function lock(request: NewRoomRequest, session: ClientSession): Promise<void> {
    // A room that is created regardless of nearby rooms needs no lock.
    if (!(request.radius > 0)) return;
    const slots = new Set(searchAreas(cellCentre(request.cell), request.radius).map(slotOf));
    const writes = Array.from(slots, (_id) => ({
      updateOne: { filter: { _id }, update: { $inc: { taken: 1 } }, upsert: true },
    }));
    await locks.bulkWrite(writes, { session });
  }

  async function insert(document: RoomDocument, session: ClientSession): Promise<CreatedRoom> {
    await rooms.insertOne(document, { session });
    if (document.cell !== undefined) {
      const centre = toPoint(cellCentre(document.cell));
      const update = { $inc: { rooms: 1 }, $setOnInsert: { centre } };
      await cells.updateOne({ _id: document.cell }, update, { session, upsert: true });
    }
    return { room: toRoom(document), isNew: true };
  }

  async function insertAlone(document: RoomDocument): Promise<CreatedRoom> {
    await rooms.insertOne(document);
    return { room: toRoom(document), isNew: true };
  }

  /** A conflict restarts the timeout, because it means that another creation commits. The deadline stays. */
  function inTransaction(
    deadline: number,
    work: (session: ClientSession) => Promise<CreatedRoom>,
  ): Promise<CreatedRoom> {
    const write = (noteProgress: () => void) => async (session: ClientSession) => {
      throwIfPast(deadline);
      try {
        return await work(session);
      } catch (error) {
        if (isWriteConflict(error)) noteProgress();
        throw error;
      }
    };
    return withProgressTimeout((noteProgress) =>
      client.withSession((session) =>
        session.withTransaction(write(noteProgress), { readConcern: { level: 'snapshot' } }),
      ),
    );
  }

  return {
    /** Searches once more, and creates a room if there is none. Retries with another id when the new room's id is in use. */
    newRoom(request: NewRoomRequest, now: Date): Promise<CreatedRoom> {
      const deadline = performance.now() + queuedCallTimeout;
      const find = async (session?: ClientSession) => existing(await nearest(request, session));
      const create = async (session: ClientSession) => {
        await lock(request, session);
        return (await find(session)) ?? insert(locatedRoom(request, now), session);
      };
      return creations.run(request.cell, async () => {
        throwIfPast(deadline);
        return (
          (await withCallTimeout(find())) ??
          retryOnConflict(() => nullIfDuplicate(inTransaction(deadline, create)), queuedCallTimeout)
        );
      });
    },

    /** Finds the room, or creates it. Resolves to null when another instance creates it at the same time. */
    async namedRoom(request: NamedRoomRequest, now: Date): Promise<CreatedRoom | null> {
      const deadline = performance.now() + queuedCallTimeout;
      const find = async () => existing(await withCallTimeout(byId(request.roomId)));
      const document = namedRoom(request, now);
      if (document.cell === undefined) return (await find()) ?? nullIfDuplicate(withCallTimeout(insertAlone(document)));
      const create = (session: ClientSession) => insert(document, session);
      return creations.run(
        document.cell,
        async () => (await find()) ?? nullIfDuplicate(inTransaction(deadline, create)),
      );
    },
  };
}

const existing = (room: StoredRoom | null | undefined): CreatedRoom | null => (room ? { room, isNew: false } : null);

/**
 * Number of lock documents: enough that distant places rarely share one. One document per area would be as many as there are areas on
 * earth.
 */
const lockSlots = 65_536;

function slotOf(area: string): string {
  return `room creation ${createHash('sha1').update(area).digest().readUInt32BE() % lockSlots}`;
}

async function nullIfDuplicate<T>(write: Promise<T>): Promise<T | null> {
  try {
    return await write;
  } catch (error) {
    if (isDuplicate(error)) return null;
    throw error;
  }
}

/** The caller has received a timeout by then, so further work would be useless. */
function throwIfPast(deadline: number): void {
  if (performance.now() > deadline) throw new EarshotError('STORE_UNAVAILABLE');
}

const locationFields = (cell: string) => ({ location: toPoint(cellCentre(cell)), cell });

function locatedRoom({ cell, name, createdBy }: NewRoomRequest, now: Date): RoomDocument {
  const location = { ...locationFields(cell), active_at: now };
  return { _id: idToBson(ObjectId, newRandomId()), name, ...location, ...creationFields(createdBy, now) };
}

function namedRoom({ roomId, name, cell, createdBy }: NamedRoomRequest, now: Date): RoomDocument {
  const location = cell === null ? null : locationFields(cell);
  return { _id: idToBson(ObjectId, roomId), location_id: roomId, name, ...location, ...creationFields(createdBy, now) };
}

const creationFields = (createdBy: string, now: Date) => ({
  created_by: createdBy,
  created_at: now,
  last_message_at: null,
  idle_since: now,
});
