import type { DatabaseSync } from 'node:sqlite';
import { limits } from '@earshot/shared/plain';
import { ReactionSet } from '../../reactionSet.ts';
import type { MessageChange, MessageRef } from '../../store.ts';
import { decodeReactions, text } from '../rows.ts';

/** The table of reactions, as used by changes of messages. */
export function reactionWrites(raw: DatabaseSync) {
  const own = raw.prepare('SELECT emoji FROM reactions WHERE room_id = ? AND message_id = ? AND user_id = ?');
  // One more than is shown, because one may be removed.
  const first = raw.prepare(
    `SELECT user_id FROM reactions WHERE room_id = ? AND message_id = ? AND emoji = ?
     ORDER BY position LIMIT ${limits.reactorsShown + 1}`,
  );
  const insert = raw.prepare(
    'INSERT INTO reactions (room_id, message_id, user_id, emoji, position) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = raw.prepare(
    'DELETE FROM reactions WHERE room_id = ? AND message_id = ? AND user_id = ? AND emoji = ?',
  );
  const removeAll = raw.prepare('DELETE FROM reactions WHERE room_id = ? AND message_id = ?');

  return {
    /** Reads the reactions that the change needs. `summary`: the summary in the message's row. */
    read({ roomId, messageId }: MessageRef, summary: string, change: MessageChange): ReactionSet {
      const all = decodeReactions(summary);
      if (change.type !== 'react') return new ReactionSet({ all, own: new Map() });
      const { userId, emoji, on } = change;
      const emojis = own.all(roomId, messageId, userId).map((row) => text(row.emoji));
      const usersOf = () => first.all(roomId, messageId, emoji).map((row) => text(row.user_id));
      const known = on ? all : all.map((one) => (one.emoji === emoji ? { ...one, userIds: usersOf() } : one));
      return new ReactionSet({ all: known, own: new Map([[userId, emojis]]) });
    },

    /** Applies the change to the table. `position`: the number of the change. */
    write({ roomId, messageId }: MessageRef, change: MessageChange, position: number): void {
      if (change.type === 'delete' || change.type === 'remove' || change.type === 'erase') {
        removeAll.run(roomId, messageId);
      }
      if (change.type !== 'react') return;
      const { userId, emoji, on } = change;
      if (on) insert.run(roomId, messageId, userId, emoji, position);
      else remove.run(roomId, messageId, userId, emoji);
    },
  };
}
