import { inBatches } from '../../../async/batches.ts';
import type { Collections, RoomDocument } from '../collections.ts';
import { changeFormerRooms } from './formerRooms.ts';

/** Number of rooms in one write. */
const batchSize = 2_000;

const withoutTime = { active_at: { $exists: false } };
/** Rooms with a `location_id` were named by legacy clients, or made by the original service. */
const madeAtLocation = { ...withoutTime, location_id: { $exists: false }, cell: { $exists: true } };
const projection = { location: 1, cell: 1, created_by: 1 } as const;

type FoundRoom = Pick<RoomDocument, '_id' | 'location' | 'cell' | 'created_by'>;

/**
 * Sets `active_at` to now in rooms that earlier versions made at a location, so that they get the whole time from now on before they are
 * removed. Rooms of the original service are kept. Returns the number of rooms changed.
 */
export function fillActiveTimes({ rooms, migrations }: Pick<Collections, 'rooms' | 'migrations'>, now: Date) {
  return changeFormerRooms({ migrations }, { id: 'rooms have a time of activity', now }, async (created) => {
    let changed = 0;
    const found = rooms.find<FoundRoom>({ ...created, ...madeAtLocation }, { projection });
    for await (const batch of inBatches(found, batchSize)) {
      const ids = batch.filter(isMadeByEarshot).map(({ _id }) => _id);
      if (ids.length === 0) continue;
      const { modifiedCount } = await rooms.updateMany(
        { _id: { $in: ids }, ...withoutTime },
        { $set: { active_at: now } },
      );
      changed += modifiedCount;
    }
    return changed;
  });
}

/**
 * Earshot creates rooms with their cell, between the location and the creator. In a room of the original service, which has no cells,
 * Earshot adds it after all other fields. MongoDB keeps the order of fields.
 */
function isMadeByEarshot(document: FoundRoom): boolean {
  const fields = Object.keys(document);
  const order = ['location', 'cell', 'created_by'].map((field) => fields.indexOf(field));
  return order.every((position, i) => position > (order[i - 1] ?? -1));
}
