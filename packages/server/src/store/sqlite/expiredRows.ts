import { number, type Row } from './rows.ts';

/**
 * Finds messages of a room from before a time, the oldest first. Parameters: the room's id, the time, the number of rows. Left to itself, SQLite
 * would scan the whole room.
 */
export const expiredSql = `SELECT seq, updated_seq, id, deleted, length(content) AS chars, timestamp, updated_at, description
  FROM messages INDEXED BY messages_by_time WHERE room_id = ? AND timestamp < ? ORDER BY timestamp, seq LIMIT ?`;

/** Whether the row is a message, and every feed has received its latest change. */
export const isDeletable = ({ timestamp, updated_at, description }: Row, settledBefore: number): boolean =>
  description === null && number(updated_at ?? timestamp) < settledBefore;
