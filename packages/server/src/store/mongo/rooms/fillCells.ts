import type { ClientSession, MongoClient } from 'mongodb';
import { inBatches } from '../../../async/batches.ts';
import { cellCentre, cellOf } from '../../../cells.ts';
import type { Collections, RoomDocument } from '../collections.ts';
import { fromPoint, isPoint, toPoint } from '../documents.ts';
import { roomIdProblem } from './roomIdProblem.ts';

/** Number of rooms in one transaction. */
const batchSize = 2_000;

const withoutCell = { cell: { $exists: false }, location: { $exists: true } };

type LocatedRoom = Pick<RoomDocument, '_id' | 'location' | 'last_message_at'>;

/**
 * Sets the cell of rooms with a location, and moves them to its centre; rooms of earlier versions and of the original service lack it. Each batch is a transaction, so it
 * may be repeated, and several instances may run it concurrently. Returns the number of rooms updated.
 */
export async function fillCells(client: MongoClient, { rooms, cells }: Collections, now: Date): Promise<number> {
  let filled = 0;
  const found = rooms.find(withoutCell, { projection: { _id: 1 } });
  for await (const batch of inBatches(found, batchSize)) {
    const ids = batch.map(({ _id }) => _id);
    const fill = (session: ClientSession) => fillBatch(ids, session);
    filled += await client.withSession((session) =>
      session.withTransaction(fill, { readConcern: { level: 'snapshot' } }),
    );
  }
  return filled;

  async function fillBatch(ids: RoomDocument['_id'][], session: ClientSession): Promise<number> {
    const documents = await rooms.find<LocatedRoom>({ _id: { $in: ids }, ...withoutCell }, { session }).toArray();
    const placed = documents.flatMap(withCell);
    if (placed.length === 0) return 0;
    const roomUpdates = placed.map(({ _id, cell, isIdle }) => ({
      updateOne: {
        filter: { _id },
        update: { $set: { cell, location: toPoint(cellCentre(cell)), ...(isIdle && { idle_since: now }) } },
      },
    }));
    const cellUpdates = Array.from(
      Map.groupBy(placed, ({ cell }) => cell),
      ([cell, { length }]) => ({
        updateOne: {
          filter: { _id: cell },
          update: { $inc: { rooms: length }, $setOnInsert: { centre: toPoint(cellCentre(cell)) } },
          upsert: true,
        },
      }),
    );
    await rooms.bulkWrite(roomUpdates, { session });
    await cells.bulkWrite(cellUpdates, { session });
    return placed.length;
  }
}

/** Returns nothing for a room that can't be joined, or with an invalid location: neither can be found. */
function withCell({ _id, location, last_message_at }: LocatedRoom) {
  if (location === undefined || !isPoint(location) || roomIdProblem(_id) !== null) return [];
  // Rooms of the original service have no `last_message_at`, or have a time: they are kept.
  return [{ _id, cell: cellOf(fromPoint(location)), isIdle: last_message_at === null }];
}
