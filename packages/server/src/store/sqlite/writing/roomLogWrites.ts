import type { DatabaseSync } from 'node:sqlite';
import { EarshotError, type Message, newId, type Position } from '@earshot/shared/plain';
import { applyChange, withPosition } from '../../applyChange.ts';
import { nextChangeTime, nextTimestamp } from '../../nextTimestamp.ts';
import type { NewMessage } from '../../store.ts';
import type { Appended } from '../appended.ts';
import { findLastChange, toPosition } from '../lastChange.ts';
import { encodeReactions, messageColumns, number, text, toMessage } from '../rows.ts';
import { reactionWrites } from './reactionWrites.ts';
import type { Writes } from './writeCalls.ts';

/** The write operations of the room log. */
export function roomLogWrites(raw: DatabaseSync): Pick<Writes, 'append' | 'change'> {
  const head = findLastChange(raw);
  const lastTime = raw.prepare('SELECT timestamp FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT 1');
  const byId = raw.prepare(`SELECT ${messageColumns} FROM messages WHERE id = ? AND room_id = ?`);
  const byClient = raw.prepare(
    `SELECT ${messageColumns} FROM messages WHERE room_id = ? AND user_id = ? AND client_message_id = ?`,
  );
  const insert = raw.prepare(
    `INSERT INTO messages (${messageColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, NULL)`,
  );
  const update = raw.prepare(
    `UPDATE messages SET updated_seq = ?, updated_at = ?, content = ?, edited_at = ?, deleted = ?, removed_by = ?, reactions = ?
     WHERE room_id = ? AND seq = ?`,
  );
  const clearAuthor = raw.prepare(
    'UPDATE messages SET user_id = ?, username = ?, client_message_id = NULL WHERE room_id = ? AND seq = ?',
  );
  const reactions = reactionWrites(raw);
  const touchRoom = raw.prepare('UPDATE rooms SET last_message_at = max(?, coalesce(last_message_at, 0)) WHERE id = ?');

  /** Runs once per room, which is not idle after that. */
  const markRoomUsed = raw.prepare('UPDATE rooms SET idle_since = NULL WHERE id = ?');

  /** Returns the head of the log, and the timestamp of its newest message, in milliseconds, or 0. */
  function headOf(roomId: string): Position & { newestAt: number } {
    const row = head(roomId);
    const newest = row && row.seq !== row.updated_seq ? lastTime.get(roomId) : row;
    return { ...toPosition(row), newestAt: number(newest?.timestamp ?? 0) };
  }

  function findRepeated({ roomId, userId, clientMessageId }: NewMessage): Message | null {
    const row = clientMessageId === undefined ? undefined : byClient.get(roomId, userId, clientMessageId);
    return row ? toMessage(row) : null;
  }

  function add(message: NewMessage, now: number): Appended {
    const { roomId, userId, username, content, clientMessageId } = message;
    const id = newId(now);
    const previous = headOf(roomId);
    const seq = previous.seq + 1;
    const time = nextTimestamp(now, Math.max(previous.time, previous.newestAt));
    insert.run(id, roomId, seq, seq, userId, username, content, clientMessageId ?? null, time, null, null, 0, '[]');
    touchRoom.run(time, roomId);
    if (seq === 1) markRoomUsed.run(roomId);
    return { id, seq, time, first: null };
  }

  return {
    append: (message, now) => {
      const first = findRepeated(message);
      if (!first) return add(message, now);
      return { id: first.id, seq: first.seq, time: first.timestamp.getTime(), first };
    },

    change: ({ target, change }, now) => {
      const { roomId, messageId } = target;
      const row = byId.get(messageId, roomId);
      if (!row || row.description !== null) throw new EarshotError('MESSAGE_NOT_FOUND');
      const before = toMessage(row);
      const known = reactions.read(target, text(row.reactions), change);
      const previous = headOf(roomId);
      const time = nextChangeTime(now, previous.time);
      const after = applyChange(before, change, { now: new Date(time), reactions: known });
      if (!after) return { message: before, isChanged: false };
      const message = withPosition(after, { seq: previous.seq + 1, time });
      const { updatedSeq, content, editedAt, deleted, removedBy = null } = message;
      const editTime = editedAt?.getTime() ?? null;
      const summary = encodeReactions(known.summary);
      update.run(updatedSeq, time, content, editTime, deleted ? 1 : 0, removedBy, summary, roomId, message.seq);
      if (change.type === 'erase') clearAuthor.run(message.userId, message.username, roomId, message.seq);
      reactions.write(target, change, updatedSeq);
      return { message, isChanged: true };
    },
  };
}
