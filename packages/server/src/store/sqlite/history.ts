import type { Store } from '../store.ts';
import type { Reader } from './reader.ts';
import { lastChangeSql, messageColumns, toMessage, toPosition } from './rows.ts';

/** The reading half of the room log. */
export function history(
  reader: Reader,
): Pick<Store, 'message' | 'history' | 'historyBefore' | 'snapshot' | 'changesSince' | 'heads' | 'lastChange'> {
  const select = `SELECT ${messageColumns} FROM messages WHERE room_id = ?`;
  const byId = reader.prepare(`${select} AND id = ?`);
  const newestBefore = reader.prepare(`${select} AND seq < ? ORDER BY seq DESC LIMIT ?`);
  const oldestAfter = reader.prepare(`${select} AND seq > ? ORDER BY seq LIMIT ?`);
  const newestByTime = reader.prepare(`${select} AND timestamp < ? ORDER BY timestamp DESC, seq DESC LIMIT ?`);
  const restOfMoment = reader.prepare(`${select} AND timestamp = ? AND seq < ? ORDER BY seq DESC`);
  const changed = reader.prepare(`${select} AND updated_seq > ? ORDER BY updated_seq LIMIT ?`);
  const last = reader.prepare(lastChangeSql);

  const lastChange = (roomId: string, seq: number) => toPosition(last.get(roomId, seq));
  const headOf = (roomId: string) => lastChange(roomId, Number.MAX_SAFE_INTEGER);

  return {
    message: ({ roomId, messageId }) =>
      reader.read(() => {
        const row = byId.get(roomId, messageId);
        return row ? toMessage(row) : null;
      }),

    // One more than asked for tells whether there is more.
    history: (roomId, { before = Number.MAX_SAFE_INTEGER, after, limit }) =>
      reader.read(() => {
        if (after !== undefined) {
          const found = oldestAfter.all(roomId, after, limit + 1).map(toMessage);
          return { messages: found.slice(0, limit), hasMore: found.length > limit };
        }
        const found = newestBefore.all(roomId, before, limit + 1).map(toMessage);
        return { messages: found.slice(0, limit).reverse(), hasMore: found.length > limit };
      }),

    historyBefore: (roomId, { before, limit }) =>
      reader.read(() => {
        const end = before?.getTime() ?? Number.MAX_SAFE_INTEGER;
        const page = newestByTime.all(roomId, end, limit).map(toMessage);
        const oldest = page.at(-1);
        const rest = oldest === undefined ? [] : restOfMoment.all(roomId, oldest.timestamp.getTime(), oldest.seq);
        return [...page, ...rest.map(toMessage)].reverse();
      }),

    snapshot: (roomId, limit) =>
      reader.readAtOnce(() => ({
        messages: newestBefore.all(roomId, Number.MAX_SAFE_INTEGER, limit).map(toMessage).reverse(),
        head: headOf(roomId),
      })),

    changesSince: (roomId, seq, limit) => reader.read(() => changed.all(roomId, seq, limit).map(toMessage)),

    // A statement for each room: with the file in this process that costs no round trip, only an index look-up.
    heads: (roomIds) => reader.read(() => new Map(roomIds.map((roomId) => [roomId, headOf(roomId)]))),

    lastChange: (roomId, seq) => reader.read(() => lastChange(roomId, seq)),
  };
}
