import type { AuditStore } from '../audit.ts';
import { planAuditScan, toAuditPage } from '../auditQuery.ts';
import { toAuditEntry } from './auditRows.ts';
import type { ReadConnection } from './readConnection.ts';
import type { Writer } from './writer.ts';

/** The most cells in a filter: an area has a cell and six neighbours. */
const cellsMax = 7;

/** The audit log. */
export function audit(reader: ReadConnection, writer: Writer): AuditStore {
  const range = 'entry_id >= ?1 AND entry_id < ?2';
  const order = 'ORDER BY entry_id DESC LIMIT ?3';
  const select = (column: string) => reader.prepare(`SELECT * FROM audit WHERE ${column} = ?4 AND ${range} ${order}`);
  const newest = reader.prepare(`SELECT * FROM audit WHERE ${range} ${order}`);
  const ofCells = Array.from({ length: cellsMax }, (_, n) => `SELECT * FROM audit WHERE cell = ?${4 + n} AND ${range}`);
  const by = {
    subjectUserId: select('subject_id'),
    actorId: select('actor_id'),
    roomId: select('room_id'),
    // SQLite merges the cells by their index, and stops at the limit.
    cells: reader.prepare(`${ofCells.join(' UNION ALL ')} ${order}`),
    action: select('action'),
  };

  return {
    append: async (entry) => (await writer.write('appendAudit', { entry, key: null })).entry,

    appendOnce: (entry, key) => writer.write('appendAudit', { entry, key }),

    page: (query) =>
      reader.read(() => {
        const scan = planAuditScan(query);
        const scanned = [scan.from, scan.before, scan.limit] as const;
        if (scan.by === null) return toAuditPage(newest.all(...scanned).map(toAuditEntry), scan, query.limit);
        const { filter, values } = scan.by;
        const padding = filter === 'cells' ? Array.from({ length: cellsMax - values.length }, () => '') : [];
        const rows = by[filter].all(...scanned, ...values, ...padding);
        return toAuditPage(rows.map(toAuditEntry), scan, query.limit);
      }),

    erase: (userId, pseudonym) => writer.write('eraseAudit', { userId, pseudonym }),
  };
}
