import type { DatabaseSync } from 'node:sqlite';
import { toErasure } from '../personal/erasureRows.ts';
import { number, text } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

type ErasureWrites = Pick<
  Writes,
  'requestErasure' | 'takeErasure' | 'postponeErasure' | 'finishErasure' | 'forgetErasures'
>;

/** The write operations of erasures. */
export function erasureWrites(raw: DatabaseSync): ErasureWrites {
  const byId = raw.prepare('SELECT id, requested_at, finished_at FROM erasures WHERE id = ?');
  const put = raw.prepare(
    `REPLACE INTO erasures (id, user_id, pseudonym, requested_at, passes, due_at, finished_at)
     VALUES (?, ?, ?, ?, 0, ?, NULL)`,
  );
  const next = raw.prepare(
    'SELECT id, user_id, pseudonym, requested_at, passes FROM erasures WHERE due_at <= ? ORDER BY due_at LIMIT 1',
  );
  const setDue = raw.prepare('UPDATE erasures SET due_at = ?, passes = ? WHERE id = ? AND finished_at IS NULL');
  const finish = raw.prepare(
    'UPDATE erasures SET user_id = NULL, pseudonym = NULL, due_at = NULL, finished_at = ? WHERE id = ?',
  );
  const drop = raw.prepare(
    'DELETE FROM erasures WHERE id IN (SELECT id FROM erasures WHERE finished_at < ? ORDER BY finished_at LIMIT ?)',
  );

  return {
    requestErasure: ({ id, userId, pseudonym, requestedAt }) => {
      const row = byId.get(id);
      const known = row && toErasure(row);
      if (known && known.finishedAt === null) return known;
      put.run(id, userId, pseudonym, requestedAt.getTime(), requestedAt.getTime());
      return { id, requestedAt, finishedAt: null };
    },

    takeErasure: ({ now, until }) => {
      const row = next.get(now);
      if (!row) return null;
      const [id, passes] = [text(row.id), number(row.passes)];
      setDue.run(until, passes, id);
      const requestedAt = new Date(number(row.requested_at));
      return { id, userId: text(row.user_id), pseudonym: text(row.pseudonym), requestedAt, passes };
    },

    postponeErasure: ({ id, dueAt, passes }) => {
      setDue.run(dueAt, passes, id);
      return undefined;
    },

    finishErasure: ({ id, at }) => {
      finish.run(at, id);
      return undefined;
    },

    forgetErasures: ({ before, limit }) => Number(drop.run(before, limit).changes),
  };
}
