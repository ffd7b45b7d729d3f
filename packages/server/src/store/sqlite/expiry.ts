import type { ExpiryStore } from '../expiry.ts';
import { findExpired } from './expiredRows.ts';
import { findPosition } from './lastChange.ts';
import type { ReadConnection } from './readConnection.ts';
import { number, text } from './rows.ts';
import type { Writer } from './writer.ts';

/** The deletion of expired messages. */
export function expiry(reader: ReadConnection, writer: Writer): ExpiryStore {
  const roomsAfter = reader.prepare('SELECT id FROM rooms WHERE id > ? ORDER BY id LIMIT ?');
  const oldest = reader.prepare('SELECT timestamp FROM messages WHERE room_id = ? ORDER BY seq LIMIT 1');
  const expired = findExpired(reader);
  const head = findPosition(reader);
  const due = reader.prepare('SELECT due_at FROM sweeps WHERE name = ?');

  /** Whether there is more than the record of the title, and a tombstone that is the head. Reads little, because it is on this thread. */
  function hasWork(roomId: string, before: number): boolean {
    // Most rooms have nothing that has expired. One value costs a sixth of the rows below.
    const first = oldest.get(roomId);
    if (first === undefined || number(first.timestamp) >= before) return false;
    const rows = expired(roomId, before, 3).filter(({ description }) => description === null);
    if (rows.length === 0) return false;
    const headSeq = head(roomId).seq;
    return rows.some((row) => row.updated_seq !== headSeq || row.deleted === 0);
  }

  return {
    roomsAfter: (roomId, limit) => reader.read(() => roomsAfter.all(roomId ?? '', limit).map(({ id }) => text(id))),

    // Most rooms have nothing to delete: then nothing is written.
    deleteExpired: async (rooms, settledBefore) => {
      const found = await reader.readInTransaction(() =>
        rooms
          .map(({ roomId, before }) => ({ roomId, before: before.getTime() }))
          .filter(({ roomId, before }) => hasWork(roomId, before)),
      );
      if (found.length === 0) return { deleted: 0, hasMore: false, heads: [] };
      return writer.write('deleteExpired', { rooms: found, settledBefore: settledBefore.getTime() });
    },

    take: async (name, now, until) => {
      const row = await reader.read(() => due.get(name));
      if (row && Number(row.due_at) > now.getTime()) return null;
      return writer.write('takeSweep', { name, now: now.getTime(), until: until.getTime() });
    },

    save: (name, { after, dueAt }) => writer.write('saveSweep', { name, after, dueAt: dueAt.getTime() }),
  };
}
