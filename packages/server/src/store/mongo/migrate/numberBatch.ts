import { isDeepStrictEqual } from 'node:util';
import { emptyPosition, idFromBson, type Position } from '@earshot/shared';
import type { ClientSession, Collection } from 'mongodb';
import { nextChangeTime } from '../../nextTimestamp.ts';
import type { Collections, MessageDocument } from '../collections.ts';
import { type LastOfRoom, lastOfEach, toPosition } from '../log/headQueries.ts';
import { isDuplicate, isTooLargeForCache } from '../storeError.ts';
import { unnumbered } from '../unnumbered.ts';
import type { NewestTimes } from './newestTimes.ts';
import { differences, type NumberlessMessage, readMessage } from './readMessage.ts';
import type { RoomTimes } from './roomTimes.ts';
import { isInterrupted } from './session.ts';
import type { TransactionSize } from './transactionSize.ts';

export interface NumberedCounts {
  /** Messages that have a `seq` now. */
  numbered: number;
  /** Those among them numbered after newer ones, because their room already had messages from Earshot. */
  numberedAfterNewer: number;
}

export const nothingNumbered: NumberedCounts = { numbered: 0, numberedAfterNewer: 0 };

export const addCounts = (a: NumberedCounts, b: NumberedCounts): NumberedCounts => ({
  numbered: a.numbered + b.numbered,
  numberedAfterNewer: a.numberedAfterNewer + b.numberedAfterNewer,
});

interface ReadableMessage {
  document: MessageDocument;
  message: NumberlessMessage;
}

/** Readable messages without a number, in the order in which they are to be numbered. */
export type Batch = readonly ReadableMessage[];

interface Context {
  session: ClientSession;
  roomTimes: RoomTimes;
  newest: NewestTimes;
  size: TransactionSize;
}

/** Bounds the retries: a permanent conflict has another cause, for example a unique index added by another program. */
const triesMax = 100;

/** Another migration numbered these messages after they were read, or another program changed or removed them. */
class ChangedMeanwhile extends Error {}

/** Other writers were faster in one of the rooms, repeatedly. */
class Contested extends Error {}

const byId = { _id: 1 } as const;

export async function readUnnumbered(
  messages: Collection<MessageDocument>,
  ids: readonly MessageDocument['_id'][],
): Promise<Batch> {
  const documents = await messages.find({ _id: { $in: ids }, ...unnumbered }, { hint: byId }).toArray();
  return documents.flatMap(asRead).sort(byTimeAndId);
}

function asRead(document: MessageDocument): ReadableMessage[] {
  const read = readMessage(document);
  return 'message' in read ? [{ document, message: read.message }] : [];
}

function byTimeAndId({ message: a }: ReadableMessage, { message: b }: ReadableMessage): number {
  return a.timestamp.getTime() - b.timestamp.getTime() || (idFromBson(a._id) < idFromBson(b._id) ? -1 : 1);
}

/** A number taken by another writer may also appear as a duplicate, instead of a transaction conflict. */
const isConflict = (error: unknown) =>
  error instanceof ChangedMeanwhile || error instanceof Contested || isDuplicate(error) || isInterrupted(error);

/**
 * Numbers the messages of a batch, in one transaction if possible. After a conflict, it reads them again, takes half as many at a time, and
 * claims the next numbers first (see `claimNext`): less time passes between the read of a head and the first write in its room, so a server
 * that is busy there does not always win. A smaller transaction also needs less of MongoDB's cache.
 */
export async function numberBatch(all: Collections, batch: Batch, context: Context): Promise<NumberedCounts> {
  const { size } = context;
  let counts = nothingNumbered;
  let failures = 0;
  for (let rest = batch; rest.length > 0; ) {
    const part = rest.slice(0, size.current);
    try {
      counts = addCounts(counts, await numberTogether(all, part, context));
      rest = rest.slice(part.length);
      failures = 0;
      size.onSuccess();
    } catch (error) {
      failures += 1;
      if ((!isConflict(error) && !isTooLargeForCache(error)) || failures === triesMax) throw error;
      size.onConflict(part.length);
      const ids = rest.map(({ message }) => message._id);
      rest = await readUnnumbered(all.messages, ids);
    }
  }
  return counts;
}

async function numberTogether(
  all: Collections,
  batch: Batch,
  { session, roomTimes, newest, size }: Context,
): Promise<NumberedCounts> {
  await roomTimes.add(batch.map(({ message }) => message));
  await roomTimes.write();
  let attempts = 0;
  const write = () => {
    attempts += 1;
    if (attempts > 2 && batch.length > 1) throw new Contested();
    return writeBatch(all.messages, batch, { session, newest, isContested: size.isReduced });
  };
  return await session.withTransaction(write, { readConcern: { level: 'snapshot' } });
}

async function writeBatch(
  messages: Collection<MessageDocument>,
  batch: Batch,
  { session, newest, isContested }: Pick<Context, 'session' | 'newest'> & { isContested: boolean },
): Promise<NumberedCounts> {
  const ids = batch.map(({ message }) => message._id);
  const roomIds = [...new Set(batch.map(({ message }) => message.room_id))];
  const last = await messages.aggregate<LastOfRoom>(lastOfEach(roomIds, 'updated_seq'), { session }).toArray();
  const heads = new Map(last.map((change) => [change._id, toPosition(change)]));
  const claims = isContested ? await claimNext(messages, batch, { heads, session }) : nothingClaimed;
  // Checked for all together, because a condition in each update makes MongoDB search for a plan each time.
  const found = await messages.find({ _id: { $in: ids } }, { session, hint: byId }).toArray();
  if (!areUnchanged(batch, found, claims)) throw new ChangedMeanwhile();

  const numberedAfterNewer = await newest.countOlder(batch, { messages, last, session });
  const updates = batch.map((one) => {
    const before = heads.get(one.message.room_id) ?? emptyPosition;
    const head = { seq: before.seq + 1, time: changeTimeOf(one, before) };
    heads.set(one.message.room_id, head);
    return numberingOf(one, head);
  });
  const { matchedCount: numbered } = await messages.bulkWrite(updates, { session });
  if (numbered < updates.length) throw new ChangedMeanwhile();
  return { numbered, numberedAfterNewer };
}

type Claim = Pick<MessageDocument, 'seq' | 'updated_seq' | 'taken_seqs'>;

const nothingClaimed: ReadonlyMap<string, Claim> = new Map();

/**
 * Takes the next number of each room for its first message, right after the read of the heads: from then on, a server that writes to the room
 * conflicts with this transaction and waits, however long the rest takes. Resolves to what was set, by message id.
 */
async function claimNext(
  messages: Collection<MessageDocument>,
  batch: Batch,
  { heads, session }: { heads: ReadonlyMap<string, Position>; session: ClientSession },
): Promise<ReadonlyMap<string, Claim>> {
  const claims = new Map<string, Claim>();
  // The last entry of a key wins, so this keeps the first message of each room.
  const firsts = new Map(batch.toReversed().map(({ message }) => [message.room_id, message]));
  const updates = Array.from(firsts.values(), ({ _id, room_id }) => {
    const seq = (heads.get(room_id) ?? emptyPosition).seq + 1;
    const claim = { seq, updated_seq: seq, taken_seqs: [seq] };
    claims.set(idFromBson(_id), claim);
    return { updateOne: { filter: { _id, ...unnumbered }, update: { $set: claim } } };
  });
  const { matchedCount } = await messages.bulkWrite(updates, { session });
  if (matchedCount < updates.length) throw new ChangedMeanwhile();
  return claims;
}

/** An edit by a running original service would otherwise be lost, or remain in its form. */
function areUnchanged(batch: Batch, found: readonly MessageDocument[], claims: ReadonlyMap<string, Claim>): boolean {
  const byId = new Map(found.map((document) => [idFromBson(document._id), document]));
  return batch.every(({ document }) => {
    const id = idFromBson(document._id);
    return isDeepStrictEqual(byId.get(id), { ...document, ...claims.get(id) });
  });
}

/** Returns the time of the change that adds the message to the log: its own, or that of the migration if newer messages came first. */
function changeTimeOf({ message }: ReadableMessage, after: Position): number {
  const time = message.timestamp.getTime();
  return time >= after.time ? time : nextChangeTime(Date.now(), after.time);
}

function numberingOf({ document, message }: ReadableMessage, { seq, time }: Position) {
  const set = { ...differences(document, message), seq, updated_seq: seq, taken_seqs: [seq] };
  const isOwnTime = time === message.timestamp.getTime();
  const update = isOwnTime
    ? { $set: set, ...('updated_at' in document && { $unset: { updated_at: true as const } }) }
    : { $set: { ...set, updated_at: new Date(time) } };
  return { updateOne: { filter: { _id: message._id }, update } };
}
