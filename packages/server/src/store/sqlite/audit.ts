import type { AuditEntry, AuditStore } from '../audit.ts';
import { type IndexedFilter, planAuditScan, toAuditPage } from '../auditQuery.ts';
import { timeOfId } from '../timeOrderedId.ts';
import type { ReadConnection } from './readConnection.ts';
import { type Row, text, textOrNull } from './rows.ts';
import type { Writer } from './writer.ts';

const columnOf: Record<IndexedFilter, string> = {
  subjectUserId: 'subject_id',
  actorId: 'actor_id',
  roomId: 'room_id',
  action: 'action',
};

/** The audit log. */
export function audit(reader: ReadConnection, writer: Writer): AuditStore {
  const select = (condition: string) =>
    reader.prepare(
      `SELECT * FROM audit WHERE ${condition}entry_id >= ? AND entry_id < ? ORDER BY entry_id DESC LIMIT ?`,
    );
  const newest = select('');
  const by = {
    subjectUserId: select(`${columnOf.subjectUserId} = ? AND `),
    actorId: select(`${columnOf.actorId} = ? AND `),
    roomId: select(`${columnOf.roomId} = ? AND `),
    action: select(`${columnOf.action} = ? AND `),
  };

  return {
    append: (entry) => writer.write('appendAudit', entry),

    page: (query) =>
      reader.read(() => {
        const scan = planAuditScan(query);
        const range = [scan.from, scan.before, scan.limit] as const;
        const rows = scan.by ? by[scan.by.filter].all(scan.by.value, ...range) : newest.all(...range);
        return toAuditPage(rows.map(toEntry), scan, query.limit);
      }),

    erase: (userId, pseudonym) => writer.write('eraseAudit', { userId, pseudonym }),
  };
}

function toEntry(row: Row): AuditEntry {
  const id = text(row.entry_id);
  return {
    id,
    at: timeOfId(id),
    action: text(row.action),
    actor: { userId: text(row.actor_id), username: text(row.actor_name) },
    subjectUserId: textOrNull(row.subject_id),
    roomId: textOrNull(row.room_id),
    scope: text(row.scope),
    reason: textOrNull(row.reason),
    detail: textOrNull(row.detail),
  };
}
