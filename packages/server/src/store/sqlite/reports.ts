import { ReportPageFill } from '../reportPageFill.ts';
import { about, queuesToRead, reportedBy } from '../reportQueues.ts';
import type { ReportPage, ReportPageQuery, ReportStore } from '../reports.ts';
import { aboveAllIds } from '../timeOrderedId.ts';
import type { ReadConnection } from './readConnection.ts';
import { toReport } from './reportRows.ts';
import { number, text } from './rows.ts';
import type { Writer } from './writer.ts';

type Order = 'oldest' | 'newest';

interface Range {
  queues: readonly string[];
  exceptSubject: string | null;
  order: Order;
}

/** The queue of moderators. */
export function reports(reader: ReadConnection, writer: Writer): ReportStore {
  const byId = reader.prepare('SELECT report_id, data FROM reports WHERE report_id = ?');
  const ids = {
    oldest: reader.prepare(`${listSql('item_id > ?')} LIMIT ?`),
    newest: reader.prepare(`${listSql('item_id < ?')} DESC LIMIT ?`),
  };
  const counted = reader.prepare(`SELECT count(*) AS count FROM (${listSql('item_id > ?')} LIMIT ?)`);

  const get = (id: string) => {
    const row = byId.get(id);
    return row && toReport(row);
  };

  function page({ queues, exceptSubject, order }: Range, { after, limit }: ReportPageQuery): ReportPage {
    const from = after ?? (order === 'oldest' ? '' : aboveAllIds);
    const found = queues.flatMap((queue) =>
      ids[order].all(queue, from, exceptSubject, limit + 1).map(({ item_id }) => text(item_id)),
    );
    found.sort();
    if (order === 'newest') found.reverse();
    // Beyond these, a list may have more than were read.
    const first = found.slice(0, limit + 1);
    const fill = new ReportPageFill(limit);
    for (const id of first) {
      if (fill.isFull) break;
      const report = get(id);
      if (report) fill.add(report);
    }
    return fill.toPage(first);
  }

  return {
    add: (report, openMax, heldOfUserMax) => writer.write('addReport', { report, openMax, heldOfUserMax }),
    get: (id) => reader.read(() => get(id) ?? null),
    page: (filter, query) => {
      const { exceptSubject, state } = filter;
      const range = {
        queues: queuesToRead(filter),
        exceptSubject,
        order: state === 'open' ? 'oldest' : 'newest',
      } as const;
      return reader.readInTransaction(() => page(range, query));
    },
    count: (filter, max) =>
      reader.read(() => {
        const counts = queuesToRead(filter).map((queue) =>
          number(counted.get(queue, '', filter.exceptSubject, max)?.count),
        );
        return Math.min(
          max,
          counts.reduce((sum, count) => sum + count, 0),
        );
      }),
    pageOf: (user, query) => {
      const queue = 'reporterId' in user ? reportedBy(user.reporterId) : about(user.subjectId);
      return reader.readInTransaction(() => page({ queues: [queue], exceptSubject: null, order: 'newest' }, query));
    },
    resolve: (id, resolution) => writer.write('resolveReport', { id, resolution }),
    forget: (before, limit) => writer.write('forgetReports', { before: before.getTime(), limit }),
    erase: (userId, pseudonym) => writer.write('eraseReports', { userId, pseudonym }),
  };
}

const listSql = (range: string) =>
  `SELECT item_id FROM report_queues JOIN reports ON reports.report_id = item_id
   WHERE queue = ? AND ${range} AND subject_id IS NOT ? ORDER BY item_id`;
