import type { DatabaseSync } from 'node:sqlite';
import { EarshotError, type Message, newId } from '@earshot/shared';
import { applyChange } from '../../applyChange.ts';
import { nextTimestamp } from '../../nextTimestamp.ts';
import type { NewMessage } from '../../store.ts';
import { encodeReactions, messageColumns, number, toMessage } from '../rows.ts';
import type { Writes } from './calls.ts';

/** The writing half of the room log. */
export function roomLogWrites(raw: DatabaseSync): Pick<Writes, 'append' | 'change'> {
  const head = raw.prepare('SELECT max(updated_seq) AS head FROM messages WHERE room_id = ?');
  const lastTime = raw.prepare('SELECT timestamp FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT 1');
  const byId = raw.prepare(`SELECT ${messageColumns} FROM messages WHERE id = ? AND room_id = ?`);
  const byClient = raw.prepare(
    `SELECT ${messageColumns} FROM messages WHERE room_id = ? AND user_id = ? AND client_message_id = ?`,
  );
  const insert = raw.prepare(`INSERT INTO messages (${messageColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const update = raw.prepare(
    `UPDATE messages SET updated_seq = ?, content = ?, edited_at = ?, deleted = ?, reactions = ?
     WHERE room_id = ? AND seq = ?`,
  );
  const touchRoom = raw.prepare('UPDATE rooms SET last_message_at = max(?, coalesce(last_message_at, 0)) WHERE id = ?');

  /** Once in a room: it is not among the idle ones from then on. */
  const noteUse = raw.prepare('UPDATE rooms SET idle_since = NULL, vacated_at = NULL WHERE id = ?');

  const nextSeq = (roomId: string) => number(head.get(roomId)?.head ?? 0) + 1;

  function earlier({ roomId, userId, clientMessageId }: NewMessage): Message | null {
    const row = clientMessageId === undefined ? undefined : byClient.get(roomId, userId, clientMessageId);
    return row ? toMessage(row) : null;
  }

  function add(message: NewMessage, now: number): Message {
    const { roomId, userId, username, content, clientMessageId } = message;
    const id = newId(now);
    const seq = nextSeq(roomId);
    const time = nextTimestamp(now, number(lastTime.get(roomId)?.timestamp ?? 0));
    insert.run(id, roomId, seq, seq, userId, username, content, clientMessageId ?? null, time, null, 0, '[]');
    touchRoom.run(time, roomId);
    if (seq === 1) noteUse.run(roomId);
    return {
      ...{ id, roomId, seq, updatedSeq: seq, userId, username, content },
      ...(clientMessageId === undefined ? {} : { clientMessageId }),
      ...{ timestamp: new Date(time), editedAt: null, deleted: false, reactions: [] },
    };
  }

  return {
    append: (message, now) => {
      const first = earlier(message);
      return first ? { message: first, repeated: true } : { message: add(message, now), repeated: false };
    },

    change: ({ target: { roomId, messageId }, change }, now) => {
      const row = byId.get(messageId, roomId);
      if (!row) throw new EarshotError('MESSAGE_NOT_FOUND');
      const before = toMessage(row);
      const after = applyChange(before, change, new Date(now));
      if (!after) return { message: before, changed: false };
      const message = { ...after, updatedSeq: nextSeq(roomId) };
      const { updatedSeq, content, editedAt, deleted, reactions } = message;
      const editTime = editedAt?.getTime() ?? null;
      update.run(updatedSeq, content, editTime, deleted ? 1 : 0, encodeReactions(reactions), roomId, message.seq);
      return { message, changed: true };
    },
  };
}
