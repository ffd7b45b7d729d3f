import { EarshotError } from '@earshot/shared';
import type { WithId } from 'mongodb';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { erasedReport } from '../../erasedReport.ts';
import { OpenAllowance } from '../../openAllowance.ts';
import { ReportPageFill } from '../../reportPageFill.ts';
import {
  about,
  heldKey,
  isSameHeld,
  mentioning,
  openAbout,
  openKey,
  openOf,
  queuesOf,
  queuesToRead,
  reportedBy,
  slotKey,
} from '../../reportQueues.ts';
import {
  type NewReport,
  type ReportPage,
  type ReportPageQuery,
  type ReportStore,
  resolvedPerCall,
  type StoredReport,
} from '../../reports.ts';
import { TimeOrderedIds, timeOfId } from '../../timeOrderedId.ts';
import type { CallTracker } from '../callTracker.ts';
import type { Collections, ReportDocument } from '../collections.ts';
import { isDuplicate } from '../storeError.ts';

interface Range {
  queues: readonly string[];
  exceptSubject: string | null;
  order: 'oldest' | 'newest';
}

/** Number of items in the first reply. Their size, unknown before, determines how many are in the next. */
const firstReply = 10;

/** The queue of moderators. */
export function reports(
  { reports }: Pick<Collections, 'reports'>,
  { calls, clock }: { calls: CallTracker; clock: () => number },
): ReportStore {
  const newIds = new TimeOrderedIds();
  const allowance = new OpenAllowance();

  async function page({ queues, exceptSubject, order }: Range, { after, limit }: ReportPageQuery): Promise<ReportPage> {
    const direction = order === 'oldest' ? 1 : -1;
    const filter = {
      ...inQueues(queues, exceptSubject),
      ...(after !== undefined && { _id: order === 'oldest' ? { $gt: after } : { $lt: after } }),
    };
    const found = reports.find(filter, { projection: { _id: 1 } }).sort({ _id: direction });
    const ids = (await found.limit(limit + 1).toArray()).map(({ _id }) => _id);
    const fill = new ReportPageFill(limit);
    for (let [from, to] = [0, firstReply]; from < ids.length && !fill.isFull; [from, to] = [to, to + fill.missing]) {
      const _id = { $in: ids.slice(from, to) };
      for (const one of await reports.find({ _id }).sort({ _id: direction }).toArray()) {
        if (!fill.isFull) fill.add(toReport(one));
      }
    }
    return fill.toPage(ids);
  }

  /** Changes an item unless it was changed since it was read; null deletes it. Returns whether it did. */
  async function replace(before: StoredReport, after: StoredReport | null): Promise<boolean> {
    const unchanged = { _id: before.id, queues: queuesOf(before) };
    if (after === null) return (await reports.deleteOne(unchanged)).deletedCount === 1;
    return (await reports.replaceOne(unchanged, toDocument(after))).modifiedCount === 1;
  }

  const read = async (queue: string, limit: number) =>
    (await reports.find({ queues: queue }).sort({ _id: 1 }).limit(limit).toArray()).map(toReport);

  function newReport(added: NewReport, slot?: number): StoredReport {
    const id = newIds.next(clock());
    return { ...added, id, createdAt: timeOfId(id), resolution: null, ...(slot !== undefined && { slot }) };
  }

  const insert = (report: StoredReport) => reports.insertOne({ _id: report.id, ...toDocument(report) });

  /** Throws `REPORTS_FULL` if the queue has about `max` items. */
  async function requireCapacity(queue: string, max: number): Promise<void> {
    if (allowance.take(queue)) return;
    const free = max - (await reports.countDocuments({ queues: queue }, { limit: max }));
    if (free <= 0) throw new EarshotError('REPORTS_FULL');
    allowance.noteCount(queue, free);
  }

  /**
   * Adds a held message in a free slot of its author, unless the same message is held already. The unique index decides between callers: slots and
   * messages have keys in it. Throws `MESSAGE_REFUSED` if no slot is free.
   */
  async function addInSlot(added: NewReport, slots: number): Promise<{ report: StoredReport; isNew: boolean }> {
    const keys = Array.from({ length: slots }, (_, slot) => slotKey(added.subject.userId, slot));
    const open = (await reports.find({ open_key: { $in: keys } }).toArray()).map(toReport);
    const same = open.find((one) => isSameHeld(one, added));
    if (same) return { report: same, isNew: false };
    const taken = new Set(open.map(openKey));
    for (const [slot, key] of keys.entries()) {
      if (taken.has(key)) continue;
      const report = newReport(added, slot);
      try {
        await insert(report);
        return { report, isNew: true };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const others = (await reports.find({ open_key: { $in: keysOf(report) } }).toArray()).map(toReport);
        const repeated = others.find((one) => isSameHeld(one, added));
        if (repeated) return { report: repeated, isNew: false };
      }
    }
    throw new EarshotError('MESSAGE_REFUSED');
  }

  return {
    add: (added, openMax, heldOfUserMax) =>
      calls.run(async () => {
        const report = newReport(added);
        const key = openKey(report);
        const same = key === null ? null : await reports.findOne({ open_key: key });
        if (same) return { report: toReport(same), isNew: false };
        await requireCapacity(openOf(added.kind), openMax);
        if (added.kind === 'held' && heldOfUserMax !== undefined) return addInSlot(added, heldOfUserMax);
        try {
          await insert(report);
          return { report, isNew: true };
        } catch (error) {
          const other = isDuplicate(error) && key !== null ? await reports.findOne({ open_key: key }) : null;
          if (other === null) throw error;
          return { report: toReport(other), isNew: false };
        }
      }),

    get: (id) =>
      calls.run(async () => {
        const found = await reports.findOne({ _id: id });
        return found && toReport(found);
      }),

    page: (filter, query) =>
      calls.run(() => {
        const { exceptSubject, state } = filter;
        const order = state === 'open' ? 'oldest' : 'newest';
        return page({ queues: queuesToRead(filter), exceptSubject, order }, query);
      }),

    count: (filter, max) =>
      calls.run(() => reports.countDocuments(inQueues(queuesToRead(filter), filter.exceptSubject), { limit: max })),

    pageOf: (user, query) =>
      calls.run(() => {
        const queue = 'reporterId' in user ? reportedBy(user.reporterId) : about(user.subjectId);
        return page({ queues: [queue], exceptSubject: null, order: 'newest' }, query);
      }),

    resolve: (id, resolution) =>
      calls.run(async () => {
        const first = await reports.findOne({ _id: id });
        if (first === null || first.resolved_at !== undefined) return [];
        const report = toReport(first);
        const messageId = report.kind === 'report' ? report.message?.id : undefined;
        const same = messageId ? await read(openAbout(messageId), resolvedPerCall) : [];
        const others = same.filter((one) => one.id !== id).slice(0, resolvedPerCall - 1);
        const resolved: StoredReport[] = [];
        for (const one of [report, ...others]) {
          const after = { ...one, resolution: { ...resolution, at: new Date(clock()) } };
          const isDone = await replace(one, after);
          if (one === report && !isDone) return [];
          if (isDone) resolved.push(after);
        }
        return resolved;
      }),

    forget: (before, limit) =>
      calls.run(async () => {
        const expired = reports.find({ resolved_at: { $lt: before } }, { projection: { _id: 1 } });
        const found = await expired.sort({ resolved_at: 1 }).limit(limit).toArray();
        if (found.length === 0) return 0;
        return (await reports.deleteMany({ _id: { $in: found.map(({ _id }) => _id) } })).deletedCount;
      }),

    erase: (userId, pseudonym) =>
      calls.run(async () => {
        const found = await read(mentioning(userId), erasedPerStep);
        let changed = 0;
        for (const one of found) if (await replace(one, erasedReport(one, userId, pseudonym))) changed += 1;
        // One that was changed at the same time is erased in another step.
        return found.length === erasedPerStep || changed < found.length;
      }),
  };
}

const inQueues = (queues: readonly string[], exceptSubject: string | null) => ({
  queues: { $in: [...queues] },
  ...(exceptSubject !== null && { 'report.subject.userId': { $ne: exceptSubject } }),
});

/** The keys that no other open item has. */
const keysOf = (report: Omit<StoredReport, 'id' | 'createdAt'>): string[] =>
  [openKey(report), heldKey(report)].filter((key) => key !== null);

function toDocument({ id: _id, createdAt: _createdAt, ...report }: StoredReport): Omit<ReportDocument, '_id'> {
  const keys = keysOf(report);
  return {
    queues: queuesOf(report),
    ...(keys.length > 0 && { open_key: keys }),
    ...(report.resolution && { resolved_at: report.resolution.at }),
    report,
  };
}

const toReport = ({ _id, report }: WithId<ReportDocument>): StoredReport => ({
  ...report,
  id: _id,
  createdAt: timeOfId(_id),
});
