import type { Connection } from './lastChange.ts';
import { number } from './rows.ts';

/**
 * Finds the number of a room's first message at or after a time; without one, a number above all. Times ascend with the numbers in a room, so a
 * binary search replaces an index.
 */
export function findFirstFrom(connection: Connection): (roomId: string, time: number) => number {
  const newest = connection.prepare('SELECT seq FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT 1');
  const next = connection.prepare(
    'SELECT seq, timestamp FROM messages WHERE room_id = ? AND seq >= ? ORDER BY seq LIMIT 1',
  );
  return (roomId, time) => {
    let low = 1;
    let high = number(newest.get(roomId)?.seq ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(roomId, middle);
      if (row && number(row.timestamp) < time) low = number(row.seq) + 1;
      else high = middle;
    }
    return low;
  };
}
