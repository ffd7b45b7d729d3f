import type { AnyBulkWriteOperation, Filter } from 'mongodb';
import { inBatches } from '../../../async/batches.ts';
import type { Collections, RoomDocument, UserDocument } from '../collections.ts';
import { isPoint } from '../documents.ts';
import { describeId } from './describeId.ts';
import type { MigrateOptions } from './options.ts';
import { timeFrom } from './readMessage.ts';
import { type RoomRepair, repairRoom } from './repairRoom.ts';

/** Number of rooms held in memory at once. */
const batchSize = 1_000;

type Options = Pick<MigrateOptions, 'dryRun' | 'describe' | 'onUnreadable'>;

/** Sets the fields of rooms that Earshot reads. Returns the number of rooms changed. */
export async function repairRooms(
  { rooms }: Pick<Collections, 'rooms'>,
  { dryRun, describe, onUnreadable }: Options,
): Promise<number> {
  const now = new Date();
  let repaired = 0;
  for await (const batch of inBatches(rooms.find({}, { batchSize }), batchSize)) {
    const updates: AnyBulkWriteOperation<RoomDocument>[] = [];
    for (const document of batch) {
      const { problem, ...repair } = repairRoom({ ...document }, { describe, now });
      if (problem !== undefined) onUnreadable({ collection: 'rooms', id: describeId(document._id), reason: problem });
      if (repair.set || repair.unset)
        updates.push({ updateOne: { filter: { _id: document._id }, update: toUpdate(repair) } });
    }
    repaired += updates.length;
    if (!dryRun && updates.length > 0) await rooms.bulkWrite(updates, { ordered: false });
  }
  return repaired;
}

const toUpdate = ({ set, unset }: RoomRepair) => ({ ...(set && { $set: set }), ...(unset && { $unset: unset }) });

/**
 * Converts the times of users' locations from text to dates. Removes locations that the index rejects or whose age is unknown:
 * locations are kept for at most a day, and clients send new ones. Returns the number removed.
 */
export async function removeUnusableLocations(
  { users }: Pick<Collections, 'users'>,
  { dryRun }: Pick<Options, 'dryRun'>,
): Promise<number> {
  let removed = 0;
  for await (const batch of inBatches(users.find(unusable, { batchSize }), batchSize)) {
    const updates = batch.map(({ _id, current_location, last_location_update }) => {
      const time = isPoint(current_location) ? timeFrom(last_location_update) : null;
      if (time === null) removed += 1;
      const update = time === null ? remove : { $set: { last_location_update: time } };
      // A user may have sent a valid location in the meantime.
      return { updateOne: { filter: { $and: [{ _id }, unusable] }, update } };
    });
    if (!dryRun) await users.bulkWrite(updates, { ordered: false });
  }
  return removed;
}

const unusable: Filter<UserDocument> = {
  current_location: { $exists: true },
  $or: [
    { last_location_update: { $not: { $type: 'date' } } },
    { 'current_location.type': { $ne: 'Point' } },
    { 'current_location.coordinates': { $not: { $size: 2 } } },
    { 'current_location.coordinates.0': { $not: { $gte: -180, $lte: 180 } } },
    { 'current_location.coordinates.1': { $not: { $gte: -90, $lte: 90 } } },
  ],
};

const remove = { $unset: { current_location: true, last_location_update: true } } as const;
