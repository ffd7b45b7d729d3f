import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import { inBatches } from '../../../async/batches.ts';
import type { Collections, Point, RoomDocument } from '../collections.ts';
import { coarsePoint, isSamePoint } from '../documents.ts';
import { changeFormerRooms } from './formerRooms.ts';

// Replaces locations that earlier versions stored more precisely than a map cell. Each function may be interrupted and repeated, and
// several instances may run it concurrently.

type LocatedRoom = Pick<RoomDocument, '_id' | 'location'> & { original_location?: unknown };

/** Number of rooms held in memory at once. */
const batchSize = 2_000;

/** The ids of the finished migrations in the database. */
const usersAreCoarse = 'positions are cells';
const roomsAreCoarse = 'rooms are cells';

/** Moves each room to the centre of its map cell. Returns the number of rooms changed. */
export function coarsenRooms({ rooms, migrations }: Pick<Collections, 'rooms' | 'migrations'>, now: Date) {
  return changeFormerRooms({ migrations }, { id: roomsAreCoarse, now }, async (created) => {
    const located: Filter<LocatedRoom> = {
      $or: [{ location: { $exists: true } }, { original_location: { $exists: true } }],
    };
    const found = rooms.find({ ...created, ...located }, { projection: { location: 1, original_location: 1 } });
    let changed = 0;
    for await (const batch of inBatches(found, batchSize)) {
      const updates = batch.flatMap(coarsenRoom);
      if (updates.length > 0) await rooms.bulkWrite(updates, { ordered: false });
      changed += updates.length;
    }
    return changed;
  });
}

/** A location that is no point can't be made coarse: it is removed. Nothing reads it. */
function coarsenRoom(document: LocatedRoom): AnyBulkWriteOperation<RoomDocument>[] {
  const set: Record<string, Point> = {};
  const unset: Record<string, true> = {};
  for (const field of ['location', 'original_location'] as const) {
    const point = coarsePoint(document[field]);
    if (document[field] === undefined) continue;
    if (point === null) unset[field] = true;
    else if (!isSamePoint(point, document[field])) set[field] = point;
  }
  const update = {
    ...(Object.keys(set).length > 0 && { $set: set }),
    ...(Object.keys(unset).length > 0 && { $unset: unset }),
  };
  return Object.keys(update).length > 0 ? [{ updateOne: { filter: { _id: document._id }, update } }] : [];
}

/** Removes locations of users that earlier versions stored more precisely than a cell. Runs once; clients send new ones. */
export async function removePreciseLocations(
  { users, migrations }: Pick<Collections, 'users' | 'migrations'>,
  now: Date,
): Promise<void> {
  if ((await migrations.findOne({ _id: usersAreCoarse })) !== null) return;
  const remove = { $unset: { current_location: true, last_location_update: true } } as const;
  await users.updateMany({ current_location: { $exists: true } }, remove);
  await migrations.updateOne({ _id: usersAreCoarse }, { $setOnInsert: { finished_at: now } }, { upsert: true });
}

/** Moves each user to the centre of their map cell, for databases that no Earshot server has opened yet. */
export async function coarsenUsers({ users }: Pick<Collections, 'users'>): Promise<void> {
  const found = users.find({ current_location: { $exists: true } }, { projection: { current_location: 1 } });
  for await (const batch of inBatches(found, batchSize)) {
    const updates = batch.flatMap(({ _id, current_location }) => {
      const point = coarsePoint(current_location);
      if (!current_location || point === null || isSamePoint(point, current_location)) return [];
      // A user may have sent another location in the meantime.
      return [{ updateOne: { filter: { _id, current_location }, update: { $set: { current_location: point } } } }];
    });
    if (updates.length > 0) await users.bulkWrite(updates, { ordered: false });
  }
}
