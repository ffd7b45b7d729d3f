import type { DatabaseSync } from 'node:sqlite';
import { purgedPerStep } from '../../roomRemoval.ts';
import { number, text } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

/** Deletes the remaining data of removed rooms. */
export function purgeWrites(raw: DatabaseSync): Pick<Writes, 'purgeRemovedRooms' | 'forgetRemovedRooms'> {
  const next = raw.prepare(
    'SELECT id FROM removed_rooms WHERE purged_at IS NULL AND removed_at <= ? ORDER BY removed_at LIMIT 1',
  );
  const someReactions = raw.prepare('SELECT message_id, user_id, emoji FROM reactions WHERE room_id = ? LIMIT ?');
  const dropReaction = raw.prepare(
    'DELETE FROM reactions WHERE room_id = ? AND message_id = ? AND user_id = ? AND emoji = ?',
  );
  const someMessages = raw.prepare('SELECT seq FROM messages WHERE room_id = ? ORDER BY seq LIMIT ?');
  const dropMessage = raw.prepare('DELETE FROM messages WHERE room_id = ? AND seq = ?');
  const markPurged = raw.prepare('UPDATE removed_rooms SET purged_at = ? WHERE id = ?');
  const expired = raw.prepare('SELECT id FROM removed_rooms WHERE purged_at < ? ORDER BY purged_at LIMIT ?');
  const forget = raw.prepare('DELETE FROM removed_rooms WHERE id = ?');

  /** Returns the number of deleted rows. */
  function purgeSome(roomId: string): number {
    const reactions = someReactions.all(roomId, purgedPerStep);
    for (const { message_id, user_id, emoji } of reactions) {
      dropReaction.run(roomId, text(message_id), text(user_id), text(emoji));
    }
    if (reactions.length > 0) return reactions.length;
    const messages = someMessages.all(roomId, purgedPerStep);
    for (const { seq } of messages) dropMessage.run(roomId, number(seq));
    return messages.length;
  }

  return {
    purgeRemovedRooms: (_, now) => {
      let left = purgedPerStep;
      while (left > 0) {
        const row = next.get(Number.MAX_SAFE_INTEGER);
        if (!row) return false;
        const roomId = text(row.id);
        const purged = purgeSome(roomId);
        if (purged === 0) markPurged.run(now, roomId);
        left -= Math.max(1, purged);
      }
      return true;
    },

    forgetRemovedRooms: ({ before, limit }) => {
      const found = expired.all(before, limit);
      for (const { id } of found) forget.run(text(id));
      return found.length;
    },
  };
}
