import type { WithId } from 'mongodb';
import type { AuditEntry, AuditStore, NewAuditEntry } from '../../audit.ts';
import { type AuditScan, type IndexedFilter, planAuditScan, toAuditPage } from '../../auditQuery.ts';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { TimeOrderedIds, timeOfId } from '../../timeOrderedId.ts';
import type { CallTracker } from '../callTracker.ts';
import type { Collections } from '../collections.ts';
import { isDuplicate } from '../storeError.ts';
import type { AuditDocument } from './auditDocument.ts';

const fieldOf = {
  subjectUserId: 'subject_id',
  actorId: 'actor_id',
  roomId: 'room_id',
  cells: 'cell',
  action: 'action',
} as const satisfies Record<IndexedFilter, keyof AuditDocument>;

/** The audit log. */
export function audit(
  { audit }: Pick<Collections, 'audit'>,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): AuditStore {
  const ids = new TimeOrderedIds();
  const toId = { projection: { _id: 1 } } as const;

  /** Returns the number of changed entries. */
  async function replace(field: 'actor_id' | 'subject_id', userId: string, set: Partial<AuditDocument>) {
    const found = await audit
      .find({ [field]: userId }, toId)
      .sort({ [field]: 1, _id: 1 })
      .limit(erasedPerStep)
      .toArray();
    if (found.length > 0) await audit.updateMany({ _id: { $in: found.map(({ _id }) => _id) } }, { $set: set });
    return found.length;
  }

  return {
    append: (entry) =>
      calls.run(async () => {
        const id = ids.next(clock());
        await audit.insertOne({ _id: id, ...toDocument(entry) });
        return { ...entry, id, at: timeOfId(id) };
      }),

    appendOnce: (entry, key) =>
      calls.run(async () => {
        const id = ids.next(clock());
        try {
          await audit.insertOne({ _id: id, ...toDocument(entry), decision_key: key });
          return { entry: { ...entry, id, at: timeOfId(id) }, isNew: true };
        } catch (error) {
          const first = isDuplicate(error) ? await audit.findOne({ decision_key: key }) : null;
          if (first === null) throw error;
          return { entry: toEntry(first), isNew: false };
        }
      }),

    page: (query) =>
      calls.run(async () => {
        const scan = planAuditScan(query);
        const found = await audit.find(toFilter(scan)).sort({ _id: -1 }).limit(scan.limit).toArray();
        return toAuditPage(found.map(toEntry), scan, query.limit);
      }),

    erase: (userId, pseudonym) =>
      calls.run(async () => {
        const actors = await replace('actor_id', userId, { actor_id: pseudonym, actor_name: pseudonym });
        const subjects = await replace('subject_id', userId, { subject_id: pseudonym });
        return actors === erasedPerStep || subjects === erasedPerStep;
      }),
  };
}

const toFilter = ({ by, from, before }: AuditScan) => ({
  ...(by && { [fieldOf[by.filter]]: by.values.length === 1 ? by.values[0] : { $in: [...by.values] } }),
  _id: { $gte: from, $lt: before },
});

const toDocument = (entry: NewAuditEntry): Omit<AuditDocument, '_id'> => ({
  action: entry.action,
  actor_id: entry.actor.userId,
  actor_name: entry.actor.username,
  subject_id: entry.subjectUserId,
  room_id: entry.roomId,
  cell: entry.cell,
  scope: entry.scope,
  reason: entry.reason,
  detail: entry.detail,
});

function toEntry(document: WithId<AuditDocument>): AuditEntry {
  return {
    id: document._id,
    at: timeOfId(document._id),
    action: document.action,
    actor: { userId: document.actor_id, username: document.actor_name },
    subjectUserId: document.subject_id,
    roomId: document.room_id,
    cell: document.cell ?? null,
    scope: document.scope,
    reason: document.reason,
    detail: typeof document.detail === 'string' ? { type: 'text', text: document.detail } : document.detail,
  };
}
