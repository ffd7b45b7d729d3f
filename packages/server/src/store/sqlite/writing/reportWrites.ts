import type { DatabaseSync } from 'node:sqlite';
import { EarshotError } from '@earshot/shared/plain';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { erasedReport } from '../../erasedReport.ts';
import { OpenAllowance } from '../../openAllowance.ts';
import { isSameHeld, mentioning, openAbout, openKey, openOf, queuesOf, slotKey } from '../../reportQueues.ts';
import { type NewReport, resolvedPerCall, type StoredReport } from '../../reports.ts';
import { TimeOrderedIds, timeOfId } from '../../timeOrderedId.ts';
import { encodeReport, toReport } from '../reportRows.ts';
import { number, text } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

type ReportWrites = Pick<Writes, 'addReport' | 'resolveReport' | 'forgetReports' | 'eraseReports'>;

/** Writes to the queue of moderators. */
export function reportWrites(raw: DatabaseSync): ReportWrites {
  const ids = new TimeOrderedIds();
  const allowance = new OpenAllowance();
  const byId = raw.prepare('SELECT report_id, data FROM reports WHERE report_id = ?');
  const byKey = raw.prepare('SELECT report_id, data FROM reports WHERE open_key = ?');
  const inQueue = raw.prepare('SELECT item_id FROM report_queues WHERE queue = ? ORDER BY item_id LIMIT ?');
  const count = raw.prepare('SELECT count(*) AS count FROM (SELECT 1 FROM report_queues WHERE queue = ? LIMIT ?)');
  const put = raw.prepare(
    `INSERT INTO reports (report_id, subject_id, open_key, resolved_at, data) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (report_id) DO UPDATE SET
       subject_id = excluded.subject_id, open_key = excluded.open_key, resolved_at = excluded.resolved_at,
       data = excluded.data`,
  );
  const drop = raw.prepare('DELETE FROM reports WHERE report_id = ?');
  const enqueue = raw.prepare('INSERT INTO report_queues (queue, item_id) VALUES (?, ?)');
  const dequeue = raw.prepare('DELETE FROM report_queues WHERE queue = ? AND item_id = ?');
  const expired = raw.prepare('SELECT report_id FROM reports WHERE resolved_at < ? ORDER BY resolved_at LIMIT ?');

  const get = (id: string) => {
    const row = byId.get(id);
    return row && toReport(row);
  };

  /** Replaces an item; undefined: there is none. */
  function replace(before: StoredReport | undefined, after: StoredReport | null): void {
    if (before) for (const queue of queuesOf(before)) dequeue.run(queue, before.id);
    if (after === null) {
      if (before) drop.run(before.id);
      return;
    }
    const { id, subject, resolution } = after;
    put.run(id, subject.userId, openKey(after), resolution?.at.getTime() ?? null, encodeReport(after));
    for (const queue of queuesOf(after)) enqueue.run(queue, id);
  }

  /** Throws `REPORTS_FULL` if the queue has about `max` items. */
  function requireCapacity(queue: string, max: number): void {
    if (allowance.take(queue)) return;
    const free = max - number(count.get(queue, max)?.count);
    if (free <= 0) throw new EarshotError('REPORTS_FULL');
    allowance.noteCount(queue, free);
  }

  /** Returns a slot that no open held message of the author takes, or the item of the same message. Throws `MESSAGE_REFUSED` if there is neither. */
  function slotFor(added: NewReport, slots: number): number | StoredReport {
    let free: number | undefined;
    for (let slot = 0; slot < slots; slot += 1) {
      const row = byKey.get(slotKey(added.subject.userId, slot));
      const taken = row && toReport(row);
      if (taken && isSameHeld(taken, added)) return taken;
      if (!taken) free ??= slot;
    }
    if (free === undefined) throw new EarshotError('MESSAGE_REFUSED');
    return free;
  }

  return {
    addReport: ({ report: added, openMax, heldOfUserMax }, now) => {
      const key = openKey({ ...added, resolution: null });
      const same = key === null ? undefined : byKey.get(key);
      if (same) return { report: toReport(same), isNew: false };
      requireCapacity(openOf(added.kind), openMax);
      const hasSlot = added.kind === 'held' && heldOfUserMax !== undefined;
      const slot = hasSlot ? slotFor(added, heldOfUserMax) : undefined;
      if (typeof slot === 'object') return { report: slot, isNew: false };
      const id = ids.next(now);
      const report: StoredReport = { ...added, id, createdAt: timeOfId(id), resolution: null, slot };
      replace(undefined, report);
      return { report, isNew: true };
    },

    resolveReport: ({ id, resolution }, now) => {
      const report = get(id);
      if (!report || report.resolution !== null) return [];
      const others =
        report.kind === 'report' && report.message?.id
          ? inQueue.all(openAbout(report.message.id), resolvedPerCall)
          : [];
      const otherIds = others.map(({ item_id }) => text(item_id)).filter((other) => other !== id);
      const open = [report, ...otherIds.slice(0, resolvedPerCall - 1).flatMap((other) => get(other) ?? [])];
      return open.map((one) => {
        const resolved = { ...one, resolution: { ...resolution, at: new Date(now) } };
        replace(one, resolved);
        return resolved;
      });
    },

    forgetReports: ({ before, limit }) => {
      const found = expired.all(before, limit).flatMap(({ report_id }) => get(text(report_id)) ?? []);
      for (const report of found) replace(report, null);
      return found.length;
    },

    eraseReports: ({ userId, pseudonym }) => {
      const found = inQueue.all(mentioning(userId), erasedPerStep).flatMap(({ item_id }) => get(text(item_id)) ?? []);
      for (const report of found) replace(report, erasedReport(report, userId, pseudonym));
      return found.length === erasedPerStep;
    },
  };
}
