import { purgedPerStep } from '../../roomRemoval.ts';
import type { Store } from '../../store.ts';
import type { CallTracker } from '../callTracker.ts';
import type { Collections } from '../collections.ts';

/** Deletes the remaining data of removed rooms. */
export function removedRooms(
  { removedRooms, messages, reactions }: Pick<Collections, 'removedRooms' | 'messages' | 'reactions'>,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): Pick<Store, 'purgeRemovedRooms' | 'wasRemoved' | 'forgetRemovedRooms'> {
  const toId = { projection: { _id: 1 } } as const;

  /** Returns the number of deleted documents. */
  async function purgeSome(roomId: string): Promise<number> {
    const found = await messages.find({ room_id: roomId }, toId).limit(purgedPerStep).toArray();
    const message_id = { $in: found.map(({ _id }) => _id) };
    const rows = await reactions.find({ message_id }, toId).limit(purgedPerStep).toArray();
    if (rows.length > 0) await reactions.deleteMany({ _id: { $in: rows.map(({ _id }) => _id) } });
    // A message is deleted after its reactions, because they are found by it.
    if (rows.length === purgedPerStep) return rows.length;
    if (found.length > 0) await messages.deleteMany({ _id: message_id });
    return rows.length + found.length;
  }

  return {
    purgeRemovedRooms: () =>
      calls.run(async () => {
        let left: number = purgedPerStep;
        while (left > 0) {
          const [next] = await removedRooms.find({ to_purge: true }, toId).sort({ removed_at: 1 }).limit(1).toArray();
          if (!next) return false;
          const purged = await purgeSome(next._id);
          if (purged === 0) {
            const purgedUpdate = { $set: { purged_at: new Date(clock()) }, $unset: { to_purge: true } } as const;
            await removedRooms.updateOne({ _id: next._id }, purgedUpdate);
          }
          left -= Math.max(1, purged);
        }
        return true;
      }),

    wasRemoved: (roomId) => calls.run(async () => (await removedRooms.findOne({ _id: roomId }, toId)) !== null),

    forgetRemovedRooms: (before, limit) =>
      calls.run(async () => {
        const expired = removedRooms.find({ purged_at: { $lt: before } }, toId).sort({ purged_at: 1 });
        const ids = (await expired.limit(limit).toArray()).map(({ _id }) => _id);
        if (ids.length === 0) return 0;
        return (await removedRooms.deleteMany({ _id: { $in: ids } })).deletedCount;
      }),
  };
}
