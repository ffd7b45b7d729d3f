import { randomBytes } from 'node:crypto';
import { EarshotError } from '@earshot/shared';
import type { Filter } from 'mongodb';
import { erasedPerStep } from '../erasedPerStep.ts';
import { erasedUsername } from '../personalData.ts';
import type { NewRule, Rule, RuleStore } from '../rules.ts';
import { type CallTracker, retryOnConflict } from './callTracker.ts';
import type { Collections, RuleDocument } from './collections.ts';
import { isDuplicate } from './storeError.ts';

/** The rules of this deployment. */
export function rules(
  { rules, secrets }: Pick<Collections, 'rules' | 'secrets'>,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): RuleStore {
  async function idsOf(filter: Filter<RuleDocument>): Promise<string[]> {
    const found = await rules
      .find(filter, { projection: { _id: 1 } })
      .limit(erasedPerStep)
      .toArray();
    return found.map(({ _id }) => _id);
  }

  return {
    put: (rule) =>
      calls.run(async () => {
        const stored = await insertOnce(() =>
          rules.findOneAndUpdate({ _id: rule.id }, replacement(rule), { upsert: true, returnDocument: 'after' }),
        );
        return toRule(stored);
      }),

    putUnlessChanged: (rule, seen) =>
      calls.run(() =>
        retryOnConflict(async () => {
          const isReplaceable = [
            { over_at: { $lte: new Date(clock()) } },
            ...(seen ? [{ updated_at: { $lte: seen } }] : []),
          ];
          const update = replacement(rule);
          try {
            const options = { upsert: true, returnDocument: 'after' } as const;
            const stored = await rules.findOneAndUpdate({ _id: rule.id, $or: isReplaceable }, update, options);
            return stored && { rule: toRule(stored), isStored: true };
          } catch (error) {
            if (!isDuplicate(error)) throw error;
            // It is in force, or another call has inserted it.
            const known = await rules.findOne({ _id: rule.id });
            return known && isLaterThan(known, seen, clock()) ? { rule: toRule(known), isStored: false } : null;
          }
        }),
      ),

    changedSince: (after, limit) =>
      calls.run(async () => {
        const position = after && {
          updated_at: { $gte: after.updatedAt },
          $or: [{ updated_at: { $gt: after.updatedAt } }, { _id: { $gt: after.id } }],
        };
        const found = rules.find(position ?? {}).sort({ updated_at: 1, _id: 1 });
        return (await found.limit(limit).toArray()).map(toRule);
      }),

    forget: (before, limit) =>
      calls.run(async () => {
        const over = rules.find({ over_at: { $lt: before } }, { projection: { _id: 1 } }).sort({ over_at: 1 });
        const ids = (await over.limit(limit).toArray()).map(({ _id }) => _id);
        if (ids.length === 0) return 0;
        // A rule that was put again in the meantime is kept.
        return (await rules.deleteMany({ _id: { $in: ids }, over_at: { $lt: before } })).deletedCount;
      }),

    erase: (userId, pseudonym) =>
      calls.run(async () => {
        const made = await idsOf({ 'actor.userId': userId });
        const actor = { userId: pseudonym, username: erasedUsername };
        if (made.length > 0) await rules.updateMany({ _id: { $in: made } }, { $set: { actor } });
        const about = await idsOf({ 'subject.userId': userId, over_at: { $lte: new Date(clock()) } });
        if (about.length > 0) await rules.deleteMany({ _id: { $in: about } });
        return made.length === erasedPerStep || about.length === erasedPerStep;
      }),

    salt: () =>
      calls.run(async () => {
        const $setOnInsert = { value: randomBytes(32).toString('hex') };
        const stored = await insertOnce(() =>
          secrets.findOneAndUpdate({ _id: 'salt' }, { $setOnInsert }, { upsert: true, returnDocument: 'after' }),
        );
        return stored.value;
      }),
  };
}

/** Whether the rule is in force, and was written later. */
function isLaterThan({ over_at, updated_at }: RuleDocument, seen: Date | null, now: number): boolean {
  return (over_at === undefined || over_at.getTime() > now) && (seen === null || updated_at > seen);
}

/** The update that stores a rule, with the times of MongoDB's clock. `$literal`: texts may begin with `$`. */
function replacement({ id, createdAt, updatedAfter, ...rule }: NewRule) {
  const { kind, scope, subject, role, reason, actor, endsAt, isLifted } = rule;
  const fields = {
    ...{ _id: id, kind, scope, subject, subject_name: rule.subjectName, part_of: rule.partOf, role },
    ...{ interval_ms: rule.intervalMs, reason, actor, ends_at: endsAt, is_lifted: isLifted },
  };
  const times = {
    created_at: createdAt ?? '$$NOW',
    updated_at: { $max: ['$$NOW', ...[updatedAfter, '$updated_at'].map((time) => ({ $add: [time ?? null, 1] }))] },
    ...((isLifted || endsAt) && { over_at: isLifted ? '$$NOW' : endsAt }),
  };
  return [{ $replaceWith: { $mergeObjects: [{ $literal: fields }, times] } }];
}

function toRule(document: RuleDocument): Rule {
  return {
    id: document._id,
    kind: document.kind,
    scope: document.scope,
    subject: document.subject,
    subjectName: document.subject_name,
    partOf: document.part_of,
    role: document.role,
    intervalMs: document.interval_ms,
    reason: document.reason,
    actor: document.actor,
    createdAt: document.created_at,
    endsAt: document.ends_at,
    isLifted: document.is_lifted,
    updatedAt: document.updated_at,
  };
}

/** Of two concurrent upserts of a new document, the slower one is rejected, and finds the document when retried. */
async function insertOnce<T>(upsert: () => Promise<T | null>): Promise<T> {
  return retryOnConflict(async () => {
    try {
      const stored = await upsert();
      if (stored === null) throw new EarshotError('STORE_UNAVAILABLE');
      return stored;
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  });
}
