import type { DatabaseSync } from 'node:sqlite';
import { type ExpiryStep, expiredCharsPerStep, expiredPerStep } from '../../expiry.ts';
import { findExpired, isDeletable } from '../expiredRows.ts';
import { findPosition } from '../lastChange.ts';
import { number, text, textOrNull } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

/** Rows that a step reads of a room: two more than it deletes, because the head and the record of the title may be among them. */
const rowsPerRoom = expiredPerStep + 2;

/** The write operations of the deletion of expired messages. */
export function expiryWrites(raw: DatabaseSync): Pick<Writes, 'deleteExpired' | 'takeSweep' | 'saveSweep'> {
  const head = findPosition(raw);
  const expired = findExpired(raw);
  const reactionsOf = raw.prepare('SELECT user_id, emoji FROM reactions WHERE room_id = ? AND message_id = ? LIMIT ?');
  const dropReaction = raw.prepare(
    'DELETE FROM reactions WHERE room_id = ? AND message_id = ? AND user_id = ? AND emoji = ?',
  );
  const dropMessage = raw.prepare('DELETE FROM messages WHERE room_id = ? AND seq = ?');
  const take = raw.prepare(
    `INSERT INTO sweeps (name, after_room, due_at) VALUES (:name, NULL, :until)
     ON CONFLICT (name) DO UPDATE SET due_at = :until WHERE due_at <= :now RETURNING after_room`,
  );
  const save = raw.prepare('REPLACE INTO sweeps (name, after_room, due_at) VALUES (?, ?, ?)');

  /** Returns the number of deleted reactions, at most `max`. */
  function dropReactions(roomId: string, messageId: string, max: number): number {
    const rows = reactionsOf.all(roomId, messageId, max);
    for (const { user_id, emoji } of rows) dropReaction.run(roomId, messageId, text(user_id), text(emoji));
    return rows.length;
  }

  return {
    deleteExpired: ({ rooms, settledBefore }) => {
      let left = expiredPerStep;
      let charsLeft = expiredCharsPerStep;
      const step: ExpiryStep = { deleted: 0, hasMore: false, heads: [] };
      for (const { roomId, before } of rooms) {
        const headSeq = head(roomId).seq;
        const deletedBefore = step.deleted;
        const rows = expired(roomId, before, rowsPerRoom);
        for (const row of rows) {
          if (!isDeletable(row, settledBefore)) continue;
          const messageId = text(row.id);
          if (number(row.updated_seq) === headSeq) {
            if (row.deleted === 0) step.heads.push({ roomId, messageId });
            continue;
          }
          if (left <= 0 || charsLeft <= 0) return { ...step, hasMore: true };
          left -= dropReactions(roomId, messageId, left);
          if (left <= 0) return { ...step, hasMore: true };
          dropMessage.run(roomId, number(row.seq));
          step.deleted += 1;
          left -= 1;
          charsLeft -= number(row.chars);
        }
        // The rows that are kept are read again each time, so a step that deletes nothing is the last one.
        step.hasMore ||= rows.length === rowsPerRoom && step.deleted > deletedBefore;
      }
      return step;
    },

    takeSweep: (times) => {
      const row = take.get({ ...times });
      return row ? { after: textOrNull(row.after_room) } : null;
    },

    saveSweep: ({ name, after, dueAt }) => {
      save.run(name, after, dueAt);
      return undefined;
    },
  };
}
