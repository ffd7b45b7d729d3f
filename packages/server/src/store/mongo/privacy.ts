import { EarshotError, privacyLimits, type Visibility } from '@earshot/shared';
import { type CommitEntry, GroupCommit } from '../../async/groupCommit.ts';
import { withCallTimeout } from '../callTimeout.ts';
import { nextVisibility } from '../nextVisibility.ts';
import { defaultVisibility, erasedPerStep, noSettings, type PrivacySettings, type PrivacyStore } from '../privacy.ts';
import { type CallTracker, retryOnConflict } from './callTracker.ts';
import type { Collections, PrivacyDocument } from './collections.ts';
import { isDuplicate } from './storeError.ts';

const noteChange = { $inc: { version: 1 }, $currentDate: { changed_at: true } } as const;

/** The privacy settings of users: one document for each, so that every change is atomic. */
export function privacy(
  { privacy }: Pick<Collections, 'privacy'>,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): PrivacyStore {
  const reads = new GroupCommit<string, PrivacySettings>({
    write: (batch) => withCallTimeout(readAll(privacy, batch)),
    concurrency: 2,
    maxBatch: 32,
  });
  const blocks = (_id: string, blockedId: string) => privacy.countDocuments({ _id, 'blocked.user_id': blockedId });

  /** Resolves to null if another call inserted the document meanwhile, or the block is not possible. */
  async function addBlock(_id: string, block: { user_id: string; username: string | null; blocked_at: Date }) {
    const isPossible = {
      'blocked.user_id': { $ne: block.user_id },
      [`blocked.${privacyLimits.blocks - 1}`]: { $exists: false },
    };
    const push = { ...noteChange, $push: { blocked: { $each: [block], $position: 0 } } };
    return updateOnce(() => privacy.updateOne({ _id, ...isPossible }, push, { upsert: true }));
  }

  return {
    read: (userId) => calls.runQueued(() => reads.add(userId)),

    block: (userId, { userId: blockedId, username }) =>
      calls.run(async () => {
        const block = { user_id: blockedId, username, blocked_at: new Date(clock()) };
        // Two first blocks of one user may both decide to insert the document; the slower one is tried again.
        for (let attempts = 1; attempts <= 2; attempts += 1) {
          if (await addBlock(userId, block)) return true;
          if ((await blocks(userId, blockedId)) > 0) return false;
        }
        throw new EarshotError('TOO_MANY_BLOCKS');
      }),

    unblock: (userId, blockedId) =>
      calls.run(async () => {
        const filter = { _id: userId, 'blocked.user_id': blockedId };
        const { modifiedCount } = await privacy.updateOne(filter, {
          ...noteChange,
          $pull: { blocked: { user_id: blockedId } },
        });
        return modifiedCount === 1;
      }),

    changeVisibility: (userId, change) =>
      calls.run(() =>
        retryOnConflict(async () => {
          const before = await privacy.findOne({ _id: userId }, { projection: { version: 1, visibility: 1 } });
          const next = nextVisibility(before ? toVisibility(before) : defaultVisibility, change);
          const visibility = { is_visible: next.isVisible, except_rooms: next.exceptRooms };
          const unchanged = { _id: userId, version: before?.version ?? { $exists: false } };
          const set = { ...noteChange, $set: { visibility } };
          return (await updateOnce(() => privacy.updateOne(unchanged, set, { upsert: true }))) ? next : null;
        }),
      ),

    visibilityOf: (userIds) =>
      calls.run(async () => {
        const changed = { _id: { $in: [...userIds] }, visibility: { $exists: true } };
        const found = await privacy.find(changed, { projection: { visibility: 1 } }).toArray();
        const entries = found.map((one): [string, Visibility] => [one._id, toVisibility(one)]);
        return new Map(entries.filter(([, { isVisible, exceptRooms }]) => !isVisible || exceptRooms.length > 0));
      }),

    changedSince: (time, limit, latestMs) =>
      calls.run(async () => {
        const since = latestMs === undefined ? time : { $min: [time, { $subtract: ['$$NOW', latestMs] }] };
        const filter = { $expr: { $gte: ['$changed_at', since] } };
        const changed = privacy.find(filter, { projection: { version: 1, changed_at: 1 } });
        const found = await changed.sort({ changed_at: 1 }).limit(limit).toArray();
        return found.map((one) => ({ userId: one._id, version: versionOf(one), changedAt: one.changed_at }));
      }),

    erase: (userId) =>
      calls.run(async () => {
        await privacy.deleteOne({ _id: userId });
        const filter = { 'blocked.user_id': userId };
        const found = await privacy
          .find(filter, { projection: { _id: 1 } })
          .limit(erasedPerStep)
          .toArray();
        const blockers = { _id: { $in: found.map(({ _id }) => _id) } };
        if (found.length > 0) {
          await privacy.updateMany(blockers, { ...noteChange, $pull: { blocked: { user_id: userId } } });
        }
        return found.length === erasedPerStep;
      }),
  };
}

/** Resolves to false if the document exists, and its condition for the update is not met. */
async function updateOnce(update: () => Promise<unknown>): Promise<boolean> {
  try {
    await update();
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/** Reads the settings of concurrent calls together. */
async function readAll(
  privacy: Collections['privacy'],
  batch: readonly CommitEntry<string, PrivacySettings>[],
): Promise<void> {
  const found = await privacy.find({ _id: { $in: [...new Set(batch.map(({ item }) => item))] } }).toArray();
  const settings = new Map(found.map((one) => [one._id, toSettings(one)]));
  for (const { item, resolve } of batch) resolve(settings.get(item) ?? noSettings);
}

function toSettings(document: PrivacyDocument): PrivacySettings {
  const blocked = (document.blocked ?? []).map(({ user_id, username }) => ({ userId: user_id, username }));
  return {
    version: versionOf(document),
    changedAt: document.changed_at.getTime(),
    blocked,
    visibility: toVisibility(document),
  };
}

const versionOf = ({ version, changed_at }: Pick<PrivacyDocument, 'version' | 'changed_at'>) =>
  `${changed_at.getTime()}.${version}`;

function toVisibility({ visibility }: Pick<PrivacyDocument, 'visibility'>): Visibility {
  if (visibility === undefined) return defaultVisibility;
  return { isVisible: visibility.is_visible, exceptRooms: visibility.except_rooms };
}
