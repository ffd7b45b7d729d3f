import { type HistoryPage, PageFill } from '@earshot/shared';
import type { NewestMessage, Store } from '../store.ts';
import type { ReadConnection } from './readConnection.ts';
import { lastChangeSql, messageColumns, number, type Row, text, toMessage, toPosition } from './rows.ts';

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
  const newestByTime = reader.prepare(`${select} AND timestamp < ? ORDER BY timestamp DESC, seq DESC LIMIT ?`);
  // By default SQLite would scan back through the whole room.
  const olderAtSameTime = reader.prepare(
    `SELECT ${messageColumns} FROM messages INDEXED BY messages_by_time
     WHERE room_id = ? AND timestamp = ? AND seq < ? ORDER BY seq DESC`,
  );
  const changed = reader.prepare(`${select} AND updated_seq > ? ORDER BY updated_seq LIMIT ?`);
  const last = reader.prepare(lastChangeSql);
  const newest = reader.prepare(
    `SELECT updated_seq, user_id, username, substr(content, 1, ?) AS content, timestamp, deleted, description
     FROM messages WHERE room_id = ? ORDER BY seq DESC LIMIT 2`,
  );
  const own = reader.prepare('SELECT emoji FROM reactions WHERE room_id = ? AND message_id = ? AND user_id = ?');

  const lastChange = (roomId: string, seq: number) => toPosition(last.get(roomId, seq));
  const headOf = (roomId: string) => lastChange(roomId, Number.MAX_SAFE_INTEGER);

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
      reader.read(() => {
        const end = before?.getTime() ?? Number.MAX_SAFE_INTEGER;
        const page = toPage(withoutRecords(newestByTime.iterate(roomId, end, limit + 1)), limit).messages;
        const oldest = page.at(-1);
        if (oldest === undefined) return [];
        const rest = olderAtSameTime.iterate(roomId, oldest.timestamp.getTime(), oldest.seq);
        return [...page, ...toPage(withoutRecords(rest)).messages].reverse();
      }),

    snapshot: (roomId, limit) =>
      reader.readInTransaction(() => ({
        messages: toPage(
          withoutRecords(newestBefore.iterate(roomId, Number.MAX_SAFE_INTEGER, limit + 1)),
          limit,
        ).messages.reverse(),
        head: headOf(roomId),
      })),

    changesSince: (roomId, seq, limit) =>
      reader.read(() => toPage(changed.iterate(roomId, seq, limit), limit).messages),

    // One statement per room: with the file in this process that costs no round trip, only an index lookup.
    heads: (roomIds) => reader.read(() => new Map(roomIds.map((roomId) => [roomId, headOf(roomId)]))),

    newestMessages: (roomIds, chars) =>
      reader.read(() => {
        const found = new Map<string, NewestMessage>();
        for (const roomId of roomIds) {
          const [row] = withoutRecords(newest.iterate(chars, roomId));
          if (row) found.set(roomId, toNewest(row));
        }
        return found;
      }),

    lastChange: (roomId, seq) => reader.read(() => lastChange(roomId, seq)),
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
