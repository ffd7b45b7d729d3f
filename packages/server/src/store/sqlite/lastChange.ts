import type { DatabaseSync } from 'node:sqlite';
import { emptyPosition, type Position } from '@earshot/shared/plain';
import { number, type Row } from './rows.ts';

/** A connection for writing or reading. */
export type Connection = Pick<DatabaseSync, 'prepare'>;

/**
 * Finds the last change of a room up to a number (default: of all), as its message's row. Runs two statements, so a caller must be in a
 * transaction.
 *
 * Most messages never change. Their `seq` is the number of their only change, so the primary key finds it. Only the others are in the index
 * `messages_by_change`.
 */
export function findLastChange(connection: Connection): (roomId: string, upTo?: number) => Row | undefined {
  const select = 'SELECT seq, updated_seq, timestamp, updated_at FROM messages WHERE room_id = ?';
  const changed = connection.prepare(
    `${select} AND updated_seq <= ? AND updated_seq <> seq ORDER BY updated_seq DESC LIMIT 1`,
  );
  const unchanged = connection.prepare(
    `${select} AND seq > ? AND seq <= ? AND updated_seq = seq ORDER BY seq DESC LIMIT 1`,
  );
  return (roomId, upTo = Number.MAX_SAFE_INTEGER) => {
    const found = changed.get(roomId, upTo);
    // From that number on, the scan skips only messages that changed after `upTo`.
    return unchanged.get(roomId, number(found?.updated_seq ?? 0), upTo) ?? found;
  };
}

/** Like `findLastChange`; returns the position. */
export function findPosition(connection: Connection): (roomId: string, upTo?: number) => Position {
  const find = findLastChange(connection);
  return (roomId, upTo) => toPosition(find(roomId, upTo));
}

/** Converts a result of `findLastChange`. */
export function toPosition(row: Row | undefined): Position {
  return row ? { seq: number(row.updated_seq), time: number(row.updated_at ?? row.timestamp) } : emptyPosition;
}
