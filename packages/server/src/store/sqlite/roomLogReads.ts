import { type HistoryPage, PageFill } from '@earshot/shared';
import type { NewestMessage, Store } from '../store.ts';
import { findPosition } from './lastChange.ts';
import { findFirstFrom } from './messageTimes.ts';
import type { ReadConnection } from './readConnection.ts';
import { messageColumns, number, type Row, text, toMessage } from './rows.ts';

/** The read operations of the room log. */
export function roomLogReads(
  reader: ReadConnection,
): Pick<
  Store,
  | 'message'
  | 'ownReactions'
  | 'history'
  | 'historyBefore'
  | 'snapshot'
  | 'changesSince'
  | 'heads'
  | 'newestMessages'
  | 'lastChange'
> {
  const select = `SELECT ${messageColumns} FROM messages WHERE room_id = ?`;
  const byId = reader.prepare(`${select} AND id = ?`);
  const newestBefore = reader.prepare(`${select} AND seq < ? ORDER BY seq DESC LIMIT ?`);
  const oldestAfter = reader.prepare(`${select} AND seq > ? ORDER BY seq LIMIT ?`);
  const firstFrom = findFirstFrom(reader);
  // Merges the messages that never changed with the others. Theirs is `seq AS updated_seq`, because SQLite would sort by the column itself.
  const changed = reader.prepare(
    `SELECT ${messageColumns.replace('updated_seq', 'seq AS updated_seq')} FROM messages
     WHERE room_id = ?1 AND seq > ?2 AND updated_seq = seq
     UNION ALL SELECT ${messageColumns} FROM messages
     WHERE room_id = ?1 AND updated_seq > ?2 AND updated_seq <> seq ORDER BY updated_seq LIMIT ?3`,
  );
  const position = findPosition(reader);
  const newest = reader.prepare(
    `SELECT updated_seq, user_id, username, substr(content, 1, ?) AS content, timestamp, deleted, description
     FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT 2`,
  );
  const own = reader.prepare('SELECT emoji FROM reactions WHERE room_id = ? AND message_id = ? AND user_id = ?');

  return {
    message: ({ roomId, messageId }) =>
      reader.read(() => {
        const row = byId.get(roomId, messageId);
        return row && row.description === null ? toMessage(row) : null;
      }),

    ownReactions: (roomId, { userId, messageIds }) =>
      reader.read(() =>
        messageIds.map((messageId) => ({
          messageId,
          emojis: own.all(roomId, messageId, userId).map((row) => text(row.emoji)),
        })),
      ),

    // One more than requested, to know whether there are more, and one for the record of the room's title.
    history: (roomId, { before = Number.MAX_SAFE_INTEGER, after, limit }) =>
      reader.read(() => {
        if (after !== undefined) return toPage(withoutRecords(oldestAfter.iterate(roomId, after, limit + 2)), limit);
        return reversed(toPage(withoutRecords(newestBefore.iterate(roomId, before, limit + 2)), limit));
      }),

    historyBefore: (roomId, { before, limit }) =>
      reader.readInTransaction(() => {
        const end = before === undefined ? Number.MAX_SAFE_INTEGER : firstFrom(roomId, before.getTime());
        // No two messages of a room share a timestamp: see nextTimestamp.ts.
        return toPage(withoutRecords(newestBefore.iterate(roomId, end, limit + 1)), limit).messages.reverse();
      }),

    snapshot: (roomId, limit) =>
      reader.readInTransaction(() => ({
        messages: toPage(
          withoutRecords(newestBefore.iterate(roomId, Number.MAX_SAFE_INTEGER, limit + 1)),
          limit,
        ).messages.reverse(),
        head: position(roomId),
      })),

    changesSince: (roomId, seq, limit) =>
      reader.read(() => toPage(changed.iterate(roomId, seq, limit), limit).messages),

    // Two statements per room: with the file in this process they cost no round trip, only look-ups.
    heads: (roomIds) => reader.readInTransaction(() => new Map(roomIds.map((roomId) => [roomId, position(roomId)]))),

    newestMessages: (roomIds, chars) =>
      reader.read(() => {
        const found = new Map<string, NewestMessage>();
        for (const roomId of roomIds) {
          const [row] = withoutRecords(newest.iterate(chars, roomId));
          if (row) found.set(roomId, toNewest(row));
        }
        return found;
      }),

    lastChange: (roomId, seq) => reader.readInTransaction(() => position(roomId, seq)),
  };
}

const toNewest = (row: Row): NewestMessage => ({
  updatedSeq: number(row.updated_seq),
  userId: text(row.user_id),
  username: text(row.username),
  content: text(row.content),
  timestamp: new Date(number(row.timestamp)),
  deleted: row.deleted === 1,
});

/** The messages among the rows. A room has at most one record of its title. */
function* withoutRecords(rows: Iterable<Row>): Iterable<Row> {
  for (const row of rows) if (row.description === null) yield row;
}

/** Reads at most one row more than the page holds. */
function toPage(rows: Iterable<Row>, limit = Number.POSITIVE_INFINITY): HistoryPage {
  const page = new PageFill(limit);
  for (const row of rows) {
    if (page.isFull) return { messages: page.messages, hasMore: true };
    page.add(toMessage(row));
  }
  return { messages: page.messages, hasMore: false };
}

const reversed = ({ messages, hasMore }: HistoryPage): HistoryPage => ({ messages: messages.reverse(), hasMore });
