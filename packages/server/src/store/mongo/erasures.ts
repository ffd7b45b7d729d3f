import type { Erasure, ErasureStore } from '../erasures.ts';
import { type CallTracker, retryOnConflict } from './callTracker.ts';
import type { Collections } from './collections.ts';
import type { ErasureDocument } from './jobDocuments.ts';
import { isDuplicate } from './storeError.ts';

/** The erasures of users' data. */
export function erasures({ erasures }: Pick<Collections, 'erasures'>, calls: CallTracker): ErasureStore {
  return {
    request: ({ id, userId, pseudonym, requestedAt }) =>
      calls.run(() =>
        retryOnConflict(async () => {
          const open = await erasures.findOne({ _id: id, due_at: { $exists: true } });
          if (open) return toErasure(open);
          const job = { user_id: userId, pseudonym, requested_at: requestedAt, passes: 0, due_at: requestedAt };
          try {
            await erasures.replaceOne({ _id: id, due_at: { $exists: false } }, job, { upsert: true });
          } catch (error) {
            // Another instance accepted one at the same moment.
            if (isDuplicate(error)) return null;
            throw error;
          }
          return { id, requestedAt, finishedAt: null };
        }),
      ),

    find: (id) =>
      calls.run(async () => {
        const found = await erasures.findOne({ _id: id });
        return found && toErasure(found);
      }),

    take: (now, until) =>
      calls.run(async () => {
        const due = { due_at: { $lte: now } };
        const taken = await erasures.findOneAndUpdate(due, { $set: { due_at: until } }, { sort: { due_at: 1 } });
        if (taken?.user_id === undefined || taken.pseudonym === undefined) return null;
        const { _id: id, user_id: userId, pseudonym, requested_at: requestedAt, passes } = taken;
        return { id, userId, pseudonym, requestedAt, passes };
      }),

    postpone: (id, { dueAt, passes }) =>
      calls.run(async () => {
        await erasures.updateOne({ _id: id, due_at: { $exists: true } }, { $set: { due_at: dueAt, passes } });
      }),

    finish: (id, at) =>
      calls.run(async () => {
        const whose = { user_id: true, pseudonym: true, due_at: true } as const;
        await erasures.updateOne({ _id: id }, { $set: { finished_at: at }, $unset: whose });
      }),

    forget: (before, limit) =>
      calls.run(async () => {
        const found = erasures.find({ finished_at: { $lt: before } }, { projection: { _id: 1 } });
        const ids = (await found.sort({ finished_at: 1 }).limit(limit).toArray()).map(({ _id }) => _id);
        if (ids.length === 0) return 0;
        return (await erasures.deleteMany({ _id: { $in: ids }, finished_at: { $lt: before } })).deletedCount;
      }),
  };
}

const toErasure = ({ _id, requested_at, finished_at }: ErasureDocument): Erasure => ({
  id: _id,
  requestedAt: requested_at,
  finishedAt: finished_at ?? null,
});
