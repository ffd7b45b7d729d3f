import { emptyPosition, type Message, type Position } from '@earshot/shared';
import type { ClientSession, Collection, Filter, FindOptions, MongoClient } from 'mongodb';
import type { NewestMessage, Store } from '../../store.ts';
import type { CallTracker } from '../callTracker.ts';
import type { MessageDocument } from '../collections.ts';
import { messageFields, noRecord, toMessage } from '../documents.ts';
import { IdLookUps } from '../idLookUps.ts';
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
import { readPage } from './readPage.ts';
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

  const lookUps = new IdLookUps((filter) =>
    messages
      .find({ ...filter, seq: { $gt: 0 }, ...noRecord })
      .project<MessageDocument>(messageFields)
      .toArray(),
  );

  async function newestByTime(filter: Filter<MessageDocument>, limit = Number.POSITIVE_INFINITY): Promise<Message[]> {
    const page = await readPage(limit, (after) =>
      messages
        .find({ $and: [filter, { seq: { $gt: 0 }, ...noRecord }, ...(after ? [earlierThan(after)] : [])] })
        .sort({ timestamp: -1, seq: -1 })
        .project<MessageDocument>(messageFields),
    );
    return page.messages;
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
      calls.runQueued(async () => {
        const found = await lookUps.find(messageId);
        return found?.room_id === roomId ? toMessage(found) : null;
      }),

    // Messages from before Earshot have no `seq`.
    history: (roomId, { before = Number.MAX_SAFE_INTEGER, after, limit }) =>
      calls.run(async () => {
        const forwards = after !== undefined;
        const { messages: page, hasMore } = await readPage(limit, (last) =>
          messages
            .find({
              ...{ room_id: roomId, ...noRecord },
              seq: forwards ? { $gt: last?.seq ?? after } : { $gt: 0, $lt: last?.seq ?? before },
            })
            .sort({ seq: forwards ? 1 : -1 })
            .project<MessageDocument>(messageFields),
        );
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
          const newest = await readPage(limit, (last) =>
            messages
              .find({ room_id: roomId, seq: { $gt: 0, ...(last && { $lt: last.seq }) }, ...noRecord }, options)
              .sort({ seq: -1 })
              .project<MessageDocument>(messageFields),
          );
          return { messages: newest.messages.reverse(), head };
        }),
      ),

    // A plain read may return a message twice if it changes during the scan, and so moves forward in the index.
    changesSince: (roomId, seq, limit) =>
      calls.run(() =>
        atOneInstant(async (options) => {
          const changed = await readPage(limit, (last) =>
            messages
              .find({ room_id: roomId, updated_seq: { $gt: last?.updated_seq ?? seq } }, options)
              .sort({ updated_seq: 1 })
              .project<MessageDocument>(messageFields),
          );
          return changed.messages;
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

/** Matches what comes after that message in the order of times, newest first. */
const earlierThan = ({ timestamp, seq }: MessageDocument): Filter<MessageDocument> => ({
  timestamp: { $lte: timestamp },
  $or: [{ timestamp: { $lt: timestamp } }, { seq: { $lt: seq } }],
});
