import { EarshotError, type Message, newId } from '@earshot/shared';
import { applyChange } from '../applyChange.ts';
import { nextTimestamp } from '../nextTimestamp.ts';
import type { NewMessage, Store } from '../store.ts';
import type { Database } from './database.ts';
import { encodeReactions, messageColumns, number, toMessage } from './rows.ts';

/** The writing half of the room log. Every job runs in a write transaction, so the head it reads is the head. */
export function roomLog(database: Database, clock: () => number): Pick<Store, 'append' | 'change'> {
  const { raw } = database;
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

  const nextSeq = (roomId: string) => number(head.get(roomId)?.head ?? 0) + 1;

  function earlier({ roomId, userId, clientMessageId }: NewMessage): Message | null {
    const row = clientMessageId === undefined ? undefined : byClient.get(roomId, userId, clientMessageId);
    return row ? toMessage(row) : null;
  }

  function add(message: NewMessage): Message {
    const { roomId, userId, username, content, clientMessageId } = message;
    const id = newId(clock());
    const seq = nextSeq(roomId);
    const now = nextTimestamp(clock(), number(lastTime.get(roomId)?.timestamp ?? 0));
    insert.run(id, roomId, seq, seq, userId, username, content, clientMessageId ?? null, now, null, 0, '[]');
    touchRoom.run(now, roomId);
    return {
      ...{ id, roomId, seq, updatedSeq: seq, userId, username, content },
      ...(clientMessageId === undefined ? {} : { clientMessageId }),
      ...{ timestamp: new Date(now), editedAt: null, deleted: false, reactions: [] },
    };
  }

  return {
    append: (message) =>
      database.write(() => {
        const first = earlier(message);
        return first ? { message: first, repeated: true } : { message: add(message), repeated: false };
      }),

    change: ({ roomId, messageId }, change) =>
      database.write(() => {
        const row = byId.get(messageId, roomId);
        if (!row) throw new EarshotError('MESSAGE_NOT_FOUND');
        const before = toMessage(row);
        const after = applyChange(before, change, new Date(clock()));
        if (!after) return { message: before, changed: false };
        const message = { ...after, updatedSeq: nextSeq(roomId) };
        const { updatedSeq, content, editedAt, deleted, reactions } = message;
        const editTime = editedAt?.getTime() ?? null;
        update.run(updatedSeq, content, editTime, deleted ? 1 : 0, encodeReactions(reactions), roomId, message.seq);
        return { message, changed: true };
      }),
  };
}
