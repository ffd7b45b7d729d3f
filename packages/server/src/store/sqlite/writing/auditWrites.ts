import type { DatabaseSync } from 'node:sqlite';
import { erasedPerStep } from '../../erasedPerStep.ts';
import { TimeOrderedIds, timeOfId } from '../../timeOrderedId.ts';
import { encodeDetail, toAuditEntry } from '../auditRows.ts';
import type { Writes } from './writeCalls.ts';

/** Writes to the audit log. */
export function auditWrites(raw: DatabaseSync): Pick<Writes, 'appendAudit' | 'eraseAudit'> {
  const ids = new TimeOrderedIds();
  const insert = raw.prepare(
    `INSERT INTO audit (entry_id, action, actor_id, actor_name, subject_id, room_id, cell, scope, reason, detail, decision_key)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byKey = raw.prepare('SELECT * FROM audit WHERE decision_key = ?');
  const eraseActor = raw.prepare(
    `UPDATE audit SET actor_id = ?, actor_name = ?
     WHERE entry_id IN (SELECT entry_id FROM audit WHERE actor_id = ? ORDER BY entry_id LIMIT ?)`,
  );
  const eraseSubject = raw.prepare(
    'UPDATE audit SET subject_id = ? WHERE entry_id IN (SELECT entry_id FROM audit WHERE subject_id = ? ORDER BY entry_id LIMIT ?)',
  );

  return {
    appendAudit: ({ entry, key }, now) => {
      const first = key === null ? undefined : byKey.get(key);
      if (first) return { entry: toAuditEntry(first), isNew: false };
      const id = ids.next(now);
      const { action, actor, subjectUserId, roomId, cell, scope, reason, detail } = entry;
      const { userId, username } = actor;
      const data = encodeDetail(detail);
      insert.run(id, action, userId, username, subjectUserId, roomId, cell, scope, reason, data, key);
      return { entry: { ...entry, id, at: timeOfId(id) }, isNew: true };
    },

    eraseAudit: ({ userId, pseudonym }) => {
      const actors = eraseActor.run(pseudonym, pseudonym, userId, erasedPerStep).changes;
      const subjects = eraseSubject.run(pseudonym, userId, erasedPerStep).changes;
      return actors === erasedPerStep || subjects === erasedPerStep;
    },
  };
}
