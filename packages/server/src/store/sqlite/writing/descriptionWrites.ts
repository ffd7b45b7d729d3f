import type { DatabaseSync } from 'node:sqlite';
import { EarshotError, newId } from '@earshot/shared/plain';
import { nextDescription } from '../../nextDescription.ts';
import { nextChangeTime, nextTimestamp } from '../../nextTimestamp.ts';
import { findPosition } from '../lastChange.ts';
import { messageColumns, number, toMessage, toRoom } from '../rows.ts';
import type { Writes } from './writeCalls.ts';

/** Writes the title and the topic of rooms: into the room, and into its record in the log. */
export function descriptionWrites(raw: DatabaseSync): Pick<Writes, 'describe'> {
  const byId = raw.prepare('SELECT * FROM rooms WHERE id = ?');
  const head = findPosition(raw);
  const newest = raw.prepare('SELECT timestamp FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT 1');
  const insert = raw.prepare(
    `INSERT INTO messages (id, room_id, seq, updated_seq, user_id, username, content, timestamp, deleted, reactions, description)
     VALUES (?, ?, ?, ?, ?, ?, '', ?, 1, '[]', ?)`,
  );
  const update = raw.prepare(
    `UPDATE messages SET updated_seq = ?, updated_at = ?, user_id = ?, username = ?, description = ?
     WHERE room_id = ? AND seq = ?`,
  );
  const record = raw.prepare(`SELECT ${messageColumns} FROM messages WHERE room_id = ? AND seq = ?`);
  const set = raw.prepare('UPDATE rooms SET title = ?, topic = ?, described_seq = ?, idle_since = NULL WHERE id = ?');

  return {
    describe: (request, now) => {
      const { roomId, user } = request;
      const row = byId.get(roomId);
      if (!row) throw new EarshotError('ROOM_NOT_FOUND');
      const room = toRoom(row);
      const description = nextDescription(room, request);
      if (description === null) return { room, record: null };
      const json = JSON.stringify(description);
      const previous = head(roomId);
      const seq = previous.seq + 1;
      const recordSeq = row.described_seq === null ? seq : number(row.described_seq);
      if (recordSeq === seq) {
        const newestAt = number(newest.get(roomId)?.timestamp ?? 0);
        const time = nextTimestamp(now, Math.max(previous.time, newestAt));
        insert.run(newId(now), roomId, seq, seq, user.userId, user.username, time, json);
      } else {
        const time = nextChangeTime(now, previous.time);
        update.run(seq, time, user.userId, user.username, json, roomId, recordSeq);
      }
      const { title, topic } = description;
      set.run(title, topic, recordSeq, roomId);
      const stored = record.get(roomId, recordSeq);
      if (!stored) throw new TypeError('the record of a title is missing from the log');
      return { room: { ...room, title, topic }, record: toMessage(stored) };
    },
  };
}
