import { type Collection, MongoBulkWriteError, type WriteError } from 'mongodb';
import { type CommitEntry, GroupCommit } from '../../../async/groupCommit.ts';
import { untilSettled } from '../../../async/yieldToEventLoop.ts';
import { withRetryTimeout } from '../../callTimeout.ts';
import type { MessageDocument } from '../collections.ts';
import { duplicateIndex, isDuplicate, isDuplicateCode } from '../storeError.ts';

/**
 * The existing value that caused the rejection: the room's next number, the sender's message with that client id, or this very document.
 */
export type DuplicateKind = 'seq' | 'clientMessageId' | 'id';

/** The number of documents inserted, from the first on, and the reason why the next was rejected, if it was. */
export interface Inserted {
  inserted: number;
  duplicateKind?: DuplicateKind;
}

type Documents = MessageDocument[];
type Entry = CommitEntry<Documents, Inserted>;
/** Throws once the callers have their error: no further command is begun for them. */
type RequireTime = () => void;

/**
 * Number of concurrent inserts. While one waits for the journal, the next is built and sent. With more, batches get smaller and cost more
 * than the time they save. A room has one at a time (see roomLogWrites.ts), so its order is kept.
 */
const concurrency = 2;

/** Milliseconds for which a room counts as contested after another instance took its number. */
const contestedMs = 1_000;
const contestedMax = 10_000;

/**
 * Maximum number of documents of a room that are inserted one after another, each in a command with those of other rooms. A command for a
 * room alone costs more than the additional round trips.
 */
const fewDocuments = 4;

/**
 * Combines the inserts of all rooms into few commands: documents added while others are in progress form the next command. The
 * cost of a durable write is the round trip and the journal; the documents hardly matter.
 *
 * Each room's documents are inserted in order, and none after a rejected one. So a command with several documents of a room is ordered, and a
 * rejection also stops unrelated rooms. These are then inserted by a command in which each room has one document, and a rejection stops no
 * other. Rooms in which another instance currently writes, where rejections are common, share such commands from the start.
 */
export class SharedInserts {
  readonly #messages: Collection<MessageDocument>;
  readonly #commits: GroupCommit<Documents, Inserted>;
  readonly #contestedCommits: GroupCommit<Documents, Inserted>;
  /** Expiry by room id, in milliseconds of `performance.now()`. */
  readonly #contested = new Map<string, number>();

  constructor(messages: Collection<MessageDocument>) {
    this.#messages = messages;
    this.#commits = new GroupCommit({
      write: (batch) => withRetryTimeout((requireTime) => this.#insertTogether(batch, requireTime)),
      concurrency,
      gather: untilSettled, // the queues of rooms have gathered the messages of a tick
    });
    this.#contestedCommits = new GroupCommit({
      write: (batch) => withRetryTimeout((requireTime) => this.#insertIndependently(batch, requireTime)),
      concurrency,
      gather: untilSettled,
    });
  }

  /** Inserts documents of one room, in order, up to the first that is rejected; perhaps only some of them. */
  insert(roomId: string, documents: Documents): Promise<Inserted> {
    const until = this.#contested.get(roomId);
    if (until === undefined) return this.#commits.add(documents);
    if (until < performance.now()) this.#contested.delete(roomId);
    return this.#contestedCommits.add(documents);
  }

  async #insertTogether(batch: readonly Entry[], requireTime: RequireTime): Promise<void> {
    if (batch.every(({ item }) => item.length === 1)) return this.#insertIndependently(batch, requireTime);
    let inserted: number;
    try {
      inserted = (
        await this.#messages.insertMany(
          batch.flatMap(({ item }) => item),
          ordered,
        )
      ).insertedCount;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      inserted = error.insertedCount;
    }
    const rest: Entry[] = [];
    for (const entry of batch) {
      const own = Math.min(inserted, entry.item.length);
      inserted -= own;
      if (own === entry.item.length) entry.resolve({ inserted: own });
      else rest.push(afterFirst(own, entry));
    }
    requireTime();
    await this.#insertIndependently(rest, requireTime);
  }

  /**
   * Inserts each room's documents, whatever becomes of the others. The first documents of rooms with few share a command; the caller inserts
   * the others when the first is stored.
   */
  async #insertIndependently(batch: readonly Entry[], requireTime: RequireTime): Promise<void> {
    const small = batch.filter(({ item }) => item.length <= fewDocuments);
    const separate = small.length > 1 ? batch.filter(({ item }) => item.length > fewDocuments) : batch;
    const settled = separate.map((entry) => settle(entry, this.#insertSeparately(entry.item)));
    try {
      if (small.length > 1) await this.#insertFirsts(small, requireTime);
    } finally {
      await Promise.all(settled);
    }
  }

  /** Inserts the first document of each of several rooms. A rejection stops none of the others. */
  async #insertFirsts(batch: readonly Entry[], requireTime: RequireTime): Promise<void> {
    const refusals = new Map<number, WriteError>();
    let inserted = batch.length;
    try {
      await this.#messages.insertMany(
        batch.flatMap(({ item }) => item.slice(0, 1)),
        unordered,
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      inserted = error.insertedCount;
      for (const refusal of error.result.getWriteErrors()) refusals.set(refusal.index, refusal);
    }
    requireTime();
    const wasEachTried = inserted + refusals.size === batch.length;
    const again = batch.map((entry, index) => {
      const refusal = refusals.get(index);
      if (refusal === undefined && wasEachTried) return entry.resolve({ inserted: 1 });
      // A command of its own shows what became of the document: it may be stored, and its `_id` is then refused, or have another error.
      if (!isDuplicateCode(refusal?.code)) return settle(entry, this.#insertSeparately(entry.item));
      return entry.resolve(this.#refused(entry.item, { inserted: 0, index: duplicateIndex(refusal?.errmsg) }));
    });
    await Promise.all(again);
  }

  async #insertSeparately(documents: Documents): Promise<Inserted> {
    try {
      return { inserted: await this.#insertAll(documents) };
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const inserted = error instanceof MongoBulkWriteError ? error.insertedCount : 0;
      return this.#refused(documents, { inserted, index: duplicateIndex(error.message) });
    }
  }

  /** `index`: the index that rejected the document after the inserted ones. */
  #refused([first]: Documents, { inserted, index }: { inserted: number; index: string }): Inserted {
    const duplicateKind = duplicateKindOf(index);
    if (duplicateKind === 'seq' && first) this.#markContested(first.room_id);
    return { inserted, duplicateKind };
  }

  /** One document, as of a lone send, does without the driver's bulk write: the command is the same, and costs less to build and to read. */
  async #insertAll(documents: Documents): Promise<number> {
    const [first] = documents;
    if (documents.length !== 1 || first === undefined) {
      return (await this.#messages.insertMany(documents, ordered)).insertedCount;
    }
    await this.#messages.insertOne(first);
    return 1;
  }

  #markContested(roomId: string): void {
    if (this.#contested.size >= contestedMax) this.#contested.clear();
    this.#contested.set(roomId, performance.now() + contestedMs);
  }
}

const ordered = { ordered: true } as const;
const unordered = { ordered: false } as const;

/** Whether documents were rejected, for any reason, and the others are as durable as requested. */
function isRefusal(error: unknown): error is MongoBulkWriteError {
  return (
    error instanceof MongoBulkWriteError &&
    error.result.getWriteConcernError() === undefined &&
    error.result.getWriteErrorCount() > 0
  );
}

/** The entry of the documents after the first `count`, which are inserted already. */
function afterFirst(count: number, { item, resolve, reject }: Entry): Entry {
  return {
    item: item.slice(count),
    resolve: ({ inserted, ...refusal }) => resolve({ inserted: count + inserted, ...refusal }),
    reject,
  };
}

/** Settles the entry as its insert settles. */
async function settle({ resolve, reject }: Entry, insert: Promise<Inserted>): Promise<void> {
  try {
    resolve(await insert);
  } catch (error) {
    reject(error);
  }
}

function duplicateKindOf(index: string): DuplicateKind {
  if (index === '_id_') return 'id';
  return index.includes('client_message_id') ? 'clientMessageId' : 'seq';
}
