import { idFromBson, idToBson } from '@earshot/shared';
import { type AnyBulkWriteOperation, type ClientSession, type MongoClient, ObjectId } from 'mongodb';
import { inBatches } from './batches.ts';
import { untilDone } from './calls.ts';
import type { Collections, MessageDocument, RoomDocument } from './collections.ts';
import { lastOfEach } from './history.ts';
import type { MigrateOptions } from './migrate.ts';
import { differences, type NumberlessMessage, readMessage } from './migrateMessage.ts';
import { type DescribeRoom, missingRoom } from './migrateRoom.ts';
import { isDuplicate } from './storeError.ts';
import { unplaced } from './unplaced.ts';

export interface Placed {
  /** Messages that have a place now. */
  placed: number;
  /** Those among them that came after newer ones, because their room had messages of Earshot's already. */
  late: number;
  /** Rooms that only messages knew. */
  roomsMade: number;
}

interface Options extends Pick<MigrateOptions, 'describe' | 'onProgress'> {
  total: number;
}

/** Messages in one transaction: it has to end well within MongoDB's minute, and conflict with few others. */
const batchSize = 1_000;

/**
 * Gives messages the next numbers of their rooms, in the order of their times, then of their ids.
 *
 * MongoDB sorts (on disk, where they are many); each batch is a transaction that reads the ends of the logs, numbers
 * what of the batch has no number yet, and writes: all or nothing. So a run that dies leaves no hole, another one begins
 * where it ended, and two at once, or a server that writes meanwhile, conflict and try again.
 */
export async function placeMessages(
  client: MongoClient,
  all: Collections,
  { describe, onProgress, total }: Options,
): Promise<Placed> {
  const counts: Placed = { placed: 0, late: 0, roomsMade: 0 };
  const inOrder = all.messages.aggregate<Pick<MessageDocument, '_id'>>(
    [{ $match: unplaced }, { $project: { room_id: 1, timestamp: 1 } }, { $sort: { room_id: 1, timestamp: 1, _id: 1 } }],
    { allowDiskUse: true },
  );
  for await (const batch of inBatches(inOrder, batchSize)) {
    const ids = batch.map(({ _id }) => _id);
    const { placed, late, roomsMade } = await atOnce(client, (session) => placeBatch(all, { ids, describe, session }));
    counts.placed += placed;
    counts.late += late;
    counts.roomsMade += roomsMade;
    onProgress({ step: 'placed', done: counts.placed, total });
  }
  return counts;
}

/** A number that somebody else took meanwhile may show as a duplicate instead of a conflict of transactions. */
function atOnce<T>(client: MongoClient, write: (session: ClientSession) => Promise<T>): Promise<T> {
  return untilDone(async () => {
    try {
      return await client.withSession((session) =>
        session.withTransaction(write, { readConcern: { level: 'snapshot' } }),
      );
    } catch (error) {
      if (isDuplicate(error)) return null;
      throw error;
    }
  });
}

interface Batch {
  ids: MessageDocument['_id'][];
  describe: DescribeRoom;
  session: ClientSession;
}

async function placeBatch(all: Collections, { ids, describe, session }: Batch): Promise<Placed> {
  const documents = await all.messages.find({ _id: { $in: ids }, ...unplaced }, { session }).toArray();
  const byRoom = Map.groupBy(documents.flatMap(asRead), ({ message }) => message.room_id);
  if (byRoom.size === 0) return { placed: 0, late: 0, roomsMade: 0 };

  const ends = await endsOf(all, { roomIds: [...byRoom.keys()], session });
  const updates: AnyBulkWriteOperation<MessageDocument>[] = [];
  const rooms: AnyBulkWriteOperation<RoomDocument>[] = [];
  let late = 0;
  for (const [roomId, found] of byRoom) {
    const { seq: last = 0, newest } = ends.get(roomId) ?? {};
    const inOrder = found.toSorted(byTimeAndId);
    for (const [index, { document, message }] of inOrder.entries()) {
      updates.push(numbered(document, message, last + index + 1));
      if (newest && message.timestamp < newest) late += 1;
    }
    rooms.push(withTimes(roomId, found, describe));
  }
  await all.messages.bulkWrite(updates, { session });
  const { upsertedCount: roomsMade } = await all.rooms.bulkWrite(rooms, { session });
  return { placed: updates.length, late, roomsMade };
}

interface Found {
  document: MessageDocument;
  message: NumberlessMessage;
}

function asRead(document: MessageDocument): Found[] {
  const read = readMessage(document);
  return 'message' in read ? [{ document, message: read.message }] : [];
}

function byTimeAndId({ message: a }: Found, { message: b }: Found): number {
  return a.timestamp.getTime() - b.timestamp.getTime() || (idFromBson(a._id) < idFromBson(b._id) ? -1 : 1);
}

function numbered(document: MessageDocument, message: NumberlessMessage, seq: number) {
  const set = { ...differences(document, message), seq, updated_seq: seq, taken_seqs: [seq] };
  return { updateOne: { filter: { _id: message._id }, update: { $set: set } } };
}

/** The room, made where it is missing; it is as old as its first message at least. */
function withTimes(roomId: string, found: readonly Found[], describe: DescribeRoom) {
  const times = found.map(({ message }) => message.timestamp.getTime());
  const update = {
    $min: { created_at: new Date(Math.min(...times)) },
    $max: { last_message_at: new Date(Math.max(...times)) },
    $setOnInsert: missingRoom(roomId, describe),
  };
  return { updateOne: { filter: { _id: idToBson(ObjectId, roomId) }, update, upsert: true } };
}

/** Where the rooms' logs end: the number of the latest change, and the time of the newest message. */
async function endsOf(
  { messages }: Collections,
  { roomIds, session }: { roomIds: string[]; session: ClientSession },
): Promise<Map<string, { seq: number; newest?: Date }>> {
  const ends = new Map<string, { seq: number; newest?: Date }>();
  for await (const { _id, head } of messages.aggregate<{ _id: string; head: number }>(lastOfEach(roomIds), {
    session,
  })) {
    ends.set(_id, { seq: head });
  }
  const newest = [
    { $match: { room_id: { $in: roomIds }, seq: { $gt: 0 } } },
    { $sort: { room_id: -1, seq: -1 } },
    { $group: { _id: '$room_id', newest: { $first: '$timestamp' } } },
  ];
  for await (const { _id, newest: time } of messages.aggregate<{ _id: string; newest: Date }>(newest, { session })) {
    ends.set(_id, { seq: ends.get(_id)?.seq ?? 0, newest: time });
  }
  return ends;
}
