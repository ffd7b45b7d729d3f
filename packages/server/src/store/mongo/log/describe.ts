import { EarshotError, idToBson, newId, positionOf } from '@earshot/shared';
import { type ClientSession, ObjectId } from 'mongodb';
import type { KeyedQueue } from '../../../async/keyedQueue.ts';
import { withRetryTimeout } from '../../callTimeout.ts';
import { nextDescription } from '../../nextDescription.ts';
import { nextChangeTime, nextTimestamp } from '../../nextTimestamp.ts';
import type { DescribeRequest, LoggedMessage, StoredRoom } from '../../store.ts';
import { retryOnConflict } from '../callTracker.ts';
import type { Collections, MessageDocument } from '../collections.ts';
import { messageFields, toMessage, toRoom } from '../documents.ts';
import { isDuplicate } from '../storeError.ts';
import type { LogContext } from './logContext.ts';
import type { RoomHead } from './roomHeads.ts';
import { takenSeqsMax } from './saveChange.ts';

type Described = { room: StoredRoom; record: LoggedMessage | null };
interface Context extends Pick<LogContext, 'client' | 'messages' | 'roomHeads' | 'clock'>, Pick<Collections, 'rooms'> {
  /** Serializes the changes of this instance in one room, because they would only conflict. */
  queue: KeyedQueue;
}

/** Writes the title and the topic of a room, and their record in the log, in one transaction. */
export function describe(context: Context, request: DescribeRequest): Promise<Described> {
  const { client, roomHeads } = context;
  const { roomId } = request;
  return context.queue.run(roomId, () =>
    withRetryTimeout((requireTime) => retryOnConflict(() => attempt(requireTime))),
  );

  async function attempt(requireTime: () => void): Promise<Described | null> {
    const head = await roomHeads.get(roomId);
    // The driver repeats it, for up to two minutes.
    const writeInTime = async (session: ClientSession) => {
      requireTime();
      const described = await write(context, { request, head }, session);
      requireTime(); // it is not committed yet
      return described;
    };
    try {
      const described = await client.withSession((session) =>
        session.withTransaction(writeInTime, { readConcern: { level: 'snapshot' } }),
      );
      if (described.record) roomHeads.record(roomId, headAfter(described.record, head));
      return described;
    } catch (error) {
      // Another change took the number.
      if (!isDuplicate(error)) throw error;
      roomHeads.forget(roomId);
      return null;
    }
  }
}

const headAfter = (record: LoggedMessage, head: RoomHead): RoomHead => {
  const isNew = record.seq === record.updatedSeq;
  return { ...positionOf(record), newestAt: isNew ? record.timestamp.getTime() : head.newestAt };
};

async function write(
  { rooms, messages, clock }: Context,
  { request, head }: { request: DescribeRequest; head: RoomHead },
  session: ClientSession,
): Promise<Described> {
  const { roomId, user } = request;
  const _id = idToBson(ObjectId, roomId);
  const document = await rooms.findOne({ _id }, { session });
  if (!document) throw new EarshotError('ROOM_NOT_FOUND');
  const room = toRoom(document);
  const description = nextDescription(room, request);
  if (description === null) return { room, record: null };
  const author = { user_id: user.userId, username: user.username, description };
  const before = await findRecord();
  const after = before === null ? newRecord(roomId, head, clock()) : nextRecord(before, head, clock());
  const record = { ...after, ...author };
  if (before === null) await messages.insertOne({ ...record, taken_seqs: [record.seq] }, { session });
  else {
    const { updated_seq, updated_at = new Date(0) } = record;
    const $push = { taken_seqs: { $each: [updated_seq], $slice: -takenSeqsMax } };
    await messages.updateOne({ _id: before._id }, { $set: { updated_seq, updated_at, ...author }, $push }, { session });
  }
  const { title, topic } = description;
  const set = { title, topic, description_id: record._id };
  await rooms.updateOne({ _id }, { $set: set, $unset: { idle_since: true } }, { session });
  return { room: { ...room, title, topic }, record: toMessage(record) };

  async function findRecord(): Promise<RecordDocument | null> {
    if (document?.description_id === undefined) return null;
    return messages.findOne<RecordDocument>({ _id: document.description_id }, { session, projection: messageFields });
  }
}

type RecordDocument = Omit<MessageDocument, 'taken_seqs'>;

function newRecord(roomId: string, head: RoomHead, now: number): RecordDocument {
  const time = nextTimestamp(now, Math.max(head.time, head.newestAt));
  const seq = head.seq + 1;
  return {
    ...{ _id: idToBson(ObjectId, newId(time)), room_id: roomId, seq, updated_seq: seq, user_id: '', username: '' },
    ...{ content: '', timestamp: new Date(time), edited_at: null, deleted: true, reactions: [] },
  };
}

/** The record with the next number. It may have been read later than the head. */
function nextRecord(before: RecordDocument, head: RoomHead, now: number): RecordDocument {
  const own = positionOf(toMessage(before));
  const last = own.seq > head.seq ? own : head;
  return { ...before, updated_seq: last.seq + 1, updated_at: new Date(nextChangeTime(now, last.time)) };
}
