import type { Filter } from 'mongodb';
import type { Collections, RoomDocument } from '../collections.ts';

/**
 * Milliseconds after the first run in which rooms of earlier versions are searched for again: their instances may still run during an
 * upgrade.
 */
const upgradeMs = 7 * 24 * 60 * 60 * 1_000;
/** More than the clocks of two instances differ, and than a start takes. */
const overlapMs = 60 * 60 * 1_000;

/**
 * Changes rooms of earlier versions: all of them at the first start, and at the starts of the following week those that were created since
 * then. `id`: the name of the change in `migrations`. `change` gets a filter for the rooms; it may be interrupted and repeated, and run
 * on several instances concurrently. Returns the number of rooms changed.
 */
export async function changeFormerRooms(
  { migrations }: Pick<Collections, 'migrations'>,
  { id, now }: { id: string; now: Date },
  change: (created: Filter<RoomDocument>) => Promise<number>,
): Promise<number> {
  const finishedAt = (await migrations.findOne({ _id: id }))?.finished_at?.getTime();
  if (finishedAt !== undefined && now.getTime() > finishedAt + upgradeMs) return 0;
  const changed = await change(
    finishedAt === undefined ? {} : { created_at: { $gte: new Date(finishedAt - overlapMs) } },
  );
  await migrations.updateOne({ _id: id }, { $setOnInsert: { finished_at: now } }, { upsert: true });
  return changed;
}
