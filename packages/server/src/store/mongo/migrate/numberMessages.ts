import { emptyPosition, idFromBson, idToBson, type Position } from '@earshot/shared';
import { type AnyBulkWriteOperation, type ClientSession, type MongoClient, ObjectId } from 'mongodb';
import { inBatches } from '../../../async/batches.ts';
import { nextChangeTime } from '../../nextTimestamp.ts';
import type { Collections, MessageDocument, RoomDocument } from '../collections.ts';
import { type LastOfRoom, lastOfEach, toPosition } from '../log/headQueries.ts';
import { isDuplicate } from '../storeError.ts';
import { unnumbered } from '../unnumbered.ts';
import { findNamesakes, type Namesakes } from './namesakes.ts';
import type { MigrateOptions } from './options.ts';
import { differences, type NumberlessMessage, readMessage } from './readMessage.ts';
import { type DescribeRoom, missingRoom } from './repairRoom.ts';
import { inKnownSession, isInterrupted } from './session.ts';

export interface NumberedCounts {
  /** Messages that have a `seq` now. */
  numbered: number;
  /** Those among them numbered after newer ones, because their room already had messages from Earshot. */
  numberedAfterNewer: number;
  /** Rooms created for messages whose room was missing. */
  roomsCreated: number;
}

interface Options extends Pick<MigrateOptions, 'describe' | 'onProgress'> {
  total: number;
}

/**
 * Maximum number of messages in one transaction. Neighbours in time may be anywhere on the disk, so each needs one or more pages in
 * MongoDB's cache, and a small cache (256 MB) can't hold a thousand at once.
 */
const batchSize = 200;
/** Bounds the retries: a permanent conflict has another cause, for example a unique index added by another program. */
const triesMax = 100;

/**
 * Gives messages the next numbers of their rooms, ordered by time, then by id.
 *
 * MongoDB sorts them (on disk if there are many). Each batch is a transaction that reads the heads of the logs and numbers from there: all
 * or nothing. So an interrupted run leaves no gap, and another run continues from there. Two concurrent runs, or a server that writes at
 * the same time, conflict and retry.
 */
export async function numberMessages(
  client: MongoClient,
  all: Collections,
  { describe, onProgress, total }: Options,
): Promise<NumberedCounts> {
  const counts: NumberedCounts = { numbered: 0, numberedAfterNewer: 0, roomsCreated: 0 };
  const inOrder = all.messages.aggregate<Pick<MessageDocument, '_id'>>(
    [
      { $match: unnumbered },
      { $project: { room_id: 1, timestamp: 1 } },
      { $sort: { room_id: 1, timestamp: 1, _id: 1 } },
      { $project: { _id: 1 } },
    ],
    { allowDiskUse: true, batchSize: 1_000 },
  );
  const newRooms = { describe, namesakes: await findNamesakes(all.rooms, describe) };
  await inKnownSession(client, all.migrations, async (session) => {
    for await (const batch of inBatches(inOrder, batchSize)) {
      const ids = batch.map(({ _id }) => _id);
      const { numbered, numberedAfterNewer, roomsCreated } = await numberBatch(all, { ids, newRooms, session });
      counts.numbered += numbered;
      counts.numberedAfterNewer += numberedAfterNewer;
      counts.roomsCreated += roomsCreated;
      onProgress({ step: 'numbered', done: counts.numbered, total });
    }
  });
  return counts;
}

interface NewRooms {
  describe: DescribeRoom;
  namesakes: Namesakes;
}

interface Batch {
  ids: MessageDocument['_id'][];
  newRooms: NewRooms;
  session: ClientSession;
}

/** Another migration numbered these messages after they were read. */
class NumberedMeanwhile extends Error {}

/**
 * Slow work happens before the transaction, so that a server that is busy in one of the rooms does not always win between the transaction's
 * read of the heads and its first write.
 */
async function numberBatch(all: Collections, { ids, newRooms, session }: Batch): Promise<NumberedCounts> {
  for (let tries = 1; ; tries += 1) {
    const documents = await all.messages.find({ _id: { $in: ids }, ...unnumbered }).toArray();
    const byRoom = Map.groupBy(documents.flatMap(asRead).sort(byTimeAndId), ({ message }) => message.room_id);
    if (byRoom.size === 0) return { numbered: 0, numberedAfterNewer: 0, roomsCreated: 0 };
    const rooms = Array.from(byRoom, ([roomId, found]) => withTimes(roomId, found, newRooms));
    const numberedAfterNewer = await countAfterNewer(all, byRoom);
    try {
      const write = () => writeBatch(all, { byRoom, rooms, session });
      const written = await session.withTransaction(write, { readConcern: { level: 'snapshot' } });
      return { ...written, numberedAfterNewer };
    } catch (error) {
      // A number taken by another writer may also appear as a duplicate, instead of a transaction conflict.
      const isConflict = error instanceof NumberedMeanwhile || isDuplicate(error) || isInterrupted(error);
      if (!isConflict || tries === triesMax) throw error;
    }
  }
}

interface ReadableMessage {
  document: MessageDocument;
  message: NumberlessMessage;
}
type ByRoom = ReadonlyMap<string, readonly ReadableMessage[]>;

interface Write {
  byRoom: ByRoom;
  rooms: AnyBulkWriteOperation<RoomDocument>[];
  session: ClientSession;
}

async function writeBatch(
  all: Collections,
  { byRoom, rooms, session }: Write,
): Promise<Pick<NumberedCounts, 'numbered' | 'roomsCreated'>> {
  const pipeline = lastOfEach([...byRoom.keys()], 'updated_seq');
  const latest = await all.messages.aggregate<LastOfRoom>(pipeline, { session }).toArray();
  const heads = new Map(latest.map((change) => [change._id, toPosition(change)]));
  const updates = Array.from(byRoom, ([roomId, found]) => {
    let head = heads.get(roomId) ?? emptyPosition;
    return found.map((one) => {
      head = { seq: head.seq + 1, time: changeTimeOf(one, head) };
      return numberingOf(one, head);
    });
  }).flat();
  const { matchedCount: numbered } = await all.messages.bulkWrite(updates, { session });
  if (numbered < updates.length) throw new NumberedMeanwhile();
  const { upsertedCount: roomsCreated } = await all.rooms.bulkWrite(rooms, { session });
  return { numbered, roomsCreated };
}

function asRead(document: MessageDocument): ReadableMessage[] {
  const read = readMessage(document);
  return 'message' in read ? [{ document, message: read.message }] : [];
}

function byTimeAndId({ message: a }: ReadableMessage, { message: b }: ReadableMessage): number {
  return a.timestamp.getTime() - b.timestamp.getTime() || (idFromBson(a._id) < idFromBson(b._id) ? -1 : 1);
}

/** Returns the time of the change that adds the message to the log: its own, or that of the migration if newer messages came first. */
function changeTimeOf({ message }: ReadableMessage, after: Position): number {
  const time = message.timestamp.getTime();
  return time >= after.time ? time : nextChangeTime(Date.now(), after.time);
}

function numberingOf({ document, message }: ReadableMessage, { seq, time }: Position) {
  const set = { ...differences(document, message), seq, updated_seq: seq, taken_seqs: [seq] };
  const update =
    time === message.timestamp.getTime()
      ? { $set: set, $unset: { updated_at: true as const } }
      : { $set: { ...set, updated_at: new Date(time) } };
  return { updateOne: { filter: { _id: message._id, ...unnumbered }, update } };
}

/** Updates the room, or creates it if it is missing; it is at least as old as its first message. */
function withTimes(roomId: string, found: readonly ReadableMessage[], { describe, namesakes }: NewRooms) {
  const times = found.map(({ message }) => message.timestamp.getTime());
  const { name, created_at } = namesakes.get(roomId) ?? {};
  const update = {
    $min: { created_at: new Date(Math.min(...times, ...(created_at ? [created_at.getTime()] : []))) },
    $max: { last_message_at: new Date(Math.max(...times)) },
    $setOnInsert: { ...missingRoom(roomId, describe), ...(name !== undefined && { name }) },
  };
  return { updateOne: { filter: { _id: idToBson(ObjectId, roomId) }, update, upsert: true } };
}

/** Counts the messages that are older than the newest message already in their room. */
async function countAfterNewer({ messages }: Collections, byRoom: ByRoom): Promise<number> {
  // In this form MongoDB reads one message per room: see `lastOfEach`.
  const newestOfEach = [
    { $match: { room_id: { $in: [...byRoom.keys()] }, seq: { $gt: 0 } } },
    { $sort: { room_id: -1, seq: -1 } },
    { $group: { _id: '$room_id', newest: { $first: '$timestamp' } } },
  ];
  let count = 0;
  for await (const { _id, newest } of messages.aggregate<{ _id: string; newest: Date }>(newestOfEach)) {
    count += byRoom.get(_id)?.filter(({ message }) => message.timestamp < newest).length ?? 0;
  }
  return count;
}
