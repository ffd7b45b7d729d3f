import type { ErasureStore } from '../erasures.ts';
import { toErasure } from './personal/erasureRows.ts';
import type { ReadConnection } from './readConnection.ts';
import type { Writer } from './writer.ts';

/** The erasures of users' data. */
export function erasures(reader: ReadConnection, writer: Writer): ErasureStore {
  const byId = reader.prepare('SELECT id, requested_at, finished_at FROM erasures WHERE id = ?');
  const due = reader.prepare('SELECT 1 FROM erasures WHERE due_at <= ? LIMIT 1');
  return {
    request: (erasure) => writer.write('requestErasure', erasure),

    find: (id) =>
      reader.read(() => {
        const row = byId.get(id);
        return row ? toErasure(row) : null;
      }),

    // Usually there is none: then nothing is written.
    take: async (now, until) =>
      (await reader.read(() => due.get(now.getTime()))) === undefined
        ? null
        : writer.write('takeErasure', { now: now.getTime(), until: until.getTime() }),

    postpone: (id, { dueAt, passes }) => writer.write('postponeErasure', { id, dueAt: dueAt.getTime(), passes }),
    finish: (id, at) => writer.write('finishErasure', { id, at: at.getTime() }),
    forget: (before, limit) => writer.write('forgetErasures', { before: before.getTime(), limit }),
  };
}
