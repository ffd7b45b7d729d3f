import type { Connection } from './lastChange.ts';
import { number, type Row } from './rows.ts';

/** Finds messages of a room from before a time, the oldest first. Their times ascend with their numbers. */
export function findExpired(connection: Connection): (roomId: string, before: number, limit: number) => Row[] {
  const oldest = connection.prepare(
    `SELECT seq, updated_seq, id, deleted, length(content) AS chars, timestamp, updated_at, description
     FROM messages WHERE room_id = ? ORDER BY seq LIMIT ?`,
  );
  return (roomId, before, limit) => {
    const found: Row[] = [];
    for (const row of oldest.iterate(roomId, limit)) {
      if (number(row.timestamp) >= before) break;
      found.push(row);
    }
    return found;
  };
}

/** Whether the row is a message, and every feed has received its latest change. */
export const isDeletable = ({ timestamp, updated_at, description }: Row, settledBefore: number): boolean =>
  description === null && number(updated_at ?? timestamp) < settledBefore;
