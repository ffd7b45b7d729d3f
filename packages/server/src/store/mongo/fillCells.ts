import type { ClientSession, MongoClient } from 'mongodb';
import { cellCentre, cellOf } from '../../cells.ts';
import { inBatches } from './batches.ts';
import type { Collections, RoomDocument } from './collections.ts';
import { fromPoint, toPoint } from './documents.ts';
import { isPoint } from './migrateRoom.ts';
import { roomIdProblem } from './roomIdProblem.ts';

/** Rooms in one transaction. */
const batchSize = 2_000;

const withoutCell = { cell: { $exists: false }, location: { $exists: true } };

type Placed = Pick<RoomDocument, '_id' | 'location' | 'last_message_at'>;

/**
 * Gives rooms with a place their cell, which those of earlier versions and of the original service lack. Each batch is a
 * transaction, so it may be repeated, and several instances may do it at once. Returns how many got one.
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
    const documents = await rooms.find<Placed>({ _id: { $in: ids }, ...withoutCell }, { session }).toArray();
    const placed = documents.flatMap(withCell);
    if (placed.length === 0) return 0;
    const ofRooms = placed.map(({ _id, cell, isIdle }) => ({
      updateOne: { filter: { _id }, update: { $set: { cell, ...(isIdle && { idle_since: now }) } } },
    }));
    const ofCells = Array.from(
      Map.groupBy(placed, ({ cell }) => cell),
      ([cell, { length }]) => ({
        updateOne: {
          filter: { _id: cell },
          update: { $inc: { rooms: length }, $setOnInsert: { centre: toPoint(cellCentre(cell)) } },
          upsert: true,
        },
      }),
    );
    await rooms.bulkWrite(ofRooms, { session });
    await cells.bulkWrite(ofCells, { session });
    return placed.length;
  }
}

/** Nothing for a room that nobody can join, and for a place that is none: nobody finds them. */
function withCell({ _id, location, last_message_at }: Placed) {
  if (location === undefined || !isPoint(location) || roomIdProblem(_id) !== null) return [];
  // Rooms of the original service have no `last_message_at`, or a time: they stay.
  return [{ _id, cell: cellOf(fromPoint(location)), isIdle: last_message_at === null }];
}

const positionsAreCells = 'positions are cells';

/** Earlier versions kept users' positions finer than a cell. Those go, once: clients send new ones. */
export async function forgetFinePositions(
  { users, migrations }: Pick<Collections, 'users' | 'migrations'>,
  now: Date,
): Promise<void> {
  if ((await migrations.findOne({ _id: positionsAreCells })) !== null) return;
  const forget = { $unset: { current_location: true, last_location_update: true } } as const;
  await users.updateMany({ current_location: { $exists: true } }, forget);
  await migrations.updateOne({ _id: positionsAreCells }, { $setOnInsert: { finished_at: now } }, { upsert: true });
}
