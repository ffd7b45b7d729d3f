import { emptyPosition, type HistoryPage, idToBson, type Message, PageFill, type Position } from '@earshot/shared';
import {
  type ClientSession,
  type Collection,
  type Filter,
  type FindCursor,
  type FindOptions,
  type MongoClient,
  ObjectId,
} from 'mongodb';
import type { NewestMessage, Store } from '../../store.ts';
import type { CallTracker } from '../callTracker.ts';
import type { MessageDocument } from '../collections.ts';
import { messageFields, noRecord, toMessage } from '../documents.ts';
import {
  type ChangeFields,
  changeFields,
  type LastOfRoom,
  lastOfEach,
  type NewestOfRoom,
  newestBefore,
  newestOfEach,
  toPosition,
} from './headQueries.ts';
import type { RoomHeads } from './roomHeads.ts';

/** The read operations of the room log. */
export function roomLogReads(
  client: MongoClient,
  messages: Collection<MessageDocument>,
  { calls, roomHeads }: { calls: CallTracker; roomHeads: RoomHeads },
): Pick<
  Store,
  'message' | 'history' | 'historyBefore' | 'snapshot' | 'changesSince' | 'heads' | 'newestMessages' | 'lastChange'
> {
  /** Runs reads on one snapshot, taken at the first of them. */
  const atOneInstant = <T>(read: (options: { session: ClientSession; readConcern: 'snapshot' }) => Promise<T>) =>
    client.withSession({ snapshot: true }, (session) => read({ session, readConcern: 'snapshot' }));

  /** MongoDB treats a limit of 0 as no limit. */
  async function newestByTime(filter: Filter<MessageDocument>, limit = 0): Promise<Message[]> {
    const found = messages.find({ $and: [filter, { seq: { $gt: 0 }, ...noRecord }] }).sort({ timestamp: -1, seq: -1 });
    return (await toPage(found.limit(limit).project<MessageDocument>(messageFields), limit || undefined)).messages;
  }

  const beforeRecord = ({ _id: roomId, seq }: NewestOfRoom, chars: number) =>
    messages.aggregate<NewestOfRoom>(newestBefore(roomId, seq, chars)).toArray();

  async function lastChange(roomId: string, upTo: number, options: FindOptions = {}): Promise<Position> {
    const filter = { room_id: roomId, updated_seq: { $gt: 0, $lte: upTo } };
    const found = messages.find(filter, options).sort({ updated_seq: -1 }).limit(1).project<ChangeFields>(changeFields);
    return toPosition(await found.next());
  }

  return {
    message: ({ roomId, messageId }) =>
      calls.run(async () => {
        const filter = { _id: idToBson(ObjectId, messageId), room_id: roomId, seq: { $gt: 0 }, ...noRecord };
        const found = await messages.findOne(filter, { projection: messageFields });
        return found && toMessage(found);
      }),

    // One more than requested, to know whether there are more. Messages from before Earshot have no `seq`.
    history: (roomId, { before = Number.MAX_SAFE_INTEGER, after, limit }) =>
      calls.run(async () => {
        const forwards = after !== undefined;
        const found = messages
          .find({ room_id: roomId, seq: forwards ? { $gt: after } : { $gt: 0, $lt: before }, ...noRecord })
          .sort({ seq: forwards ? 1 : -1 })
          .limit(limit + 1)
          .project<MessageDocument>(messageFields);
        const { messages: page, hasMore } = await toPage(found, limit);
        return { messages: forwards ? page : page.reverse(), hasMore };
      }),

    historyBefore: (roomId, { before, limit }) =>
      calls.run(async () => {
        const page = await newestByTime({ room_id: roomId, ...(before && { timestamp: { $lt: before } }) }, limit);
        const oldest = page.at(-1);
        if (oldest === undefined) return [];
        const { timestamp, seq } = oldest;
        const rest = await newestByTime({ room_id: roomId, timestamp, seq: { $lt: seq } });
        return [...page, ...rest].reverse();
      }),

    snapshot: (roomId, limit) =>
      calls.run(() =>
        atOneInstant(async (options) => {
          const head = await lastChange(roomId, Number.MAX_SAFE_INTEGER, options);
          const newest = messages
            .find({ room_id: roomId, seq: { $gt: 0 }, ...noRecord }, options)
            .sort({ seq: -1 })
            // MongoDB treats a limit of 0 as no limit.
            .limit(Math.max(1, limit))
            .project<MessageDocument>(messageFields);
          return { messages: (await toPage(newest, limit)).messages.reverse(), head };
        }),
      ),

    // A plain read may return a message twice if it changes during the scan, and so moves forward in the index.
    changesSince: (roomId, seq, limit) =>
      calls.run(() =>
        atOneInstant(async (options) => {
          const changed = messages
            .find({ room_id: roomId, updated_seq: { $gt: seq } }, options)
            .sort({ updated_seq: 1 })
            .limit(limit)
            .project<MessageDocument>(messageFields);
          return (await toPage(changed, limit)).messages;
        }),
      ),

    heads: (roomIds) =>
      calls.run(async () => {
        const askedAt = performance.now();
        const heads = new Map(roomIds.map((roomId) => [roomId, emptyPosition]));
        const latest = await messages.aggregate<LastOfRoom>(lastOfEach(roomIds, 'updated_seq')).toArray();
        for (const change of latest) heads.set(change._id, toPosition(change));
        for (const [roomId, head] of heads) roomHeads.compare(roomId, { head, askedAt });
        return heads;
      }),

    newestMessages: (roomIds, chars) =>
      calls.run(async () => {
        const found = await messages.aggregate<NewestOfRoom>(newestOfEach(roomIds, chars)).toArray();
        const newest = await Promise.all(found.map((one) => (one.description ? beforeRecord(one, chars) : [one])));
        return new Map(newest.flat().map((one) => [one._id, toNewest(one)]));
      }),

    lastChange: (roomId, seq) => calls.run(() => lastChange(roomId, seq)),
  };
}

const toNewest = ({ updated_seq, user_id, username, content, timestamp, deleted }: NewestOfRoom): NewestMessage => ({
  ...{ updatedSeq: updated_seq, userId: user_id },
  ...{ username, content, timestamp, deleted },
});

/**
 * Documents in one reply of MongoDB. A page of the largest messages holds fewer than ten: a reply of hundreds would block the event loop for
 * a tenth of a second, and most of it would be thrown away.
 */
const batchSize = 16;

/** Decodes at most one document more than the page holds. */
async function toPage(found: FindCursor<MessageDocument>, limit = Number.POSITIVE_INFINITY): Promise<HistoryPage> {
  const page = new PageFill(limit);
  for await (const document of found.batchSize(batchSize)) {
    if (page.isFull) return { messages: page.messages, hasMore: true };
    page.add(toMessage(document));
  }
  return { messages: page.messages, hasMore: false };
}
