import { type Collection, MongoBulkWriteError } from 'mongodb';
import { type CommitEntry, GroupCommit } from '../../../async/groupCommit.ts';
import { withCallTimeout } from '../../callTimeout.ts';
import type { MessageDocument } from '../collections.ts';
import { duplicateIndex, isDuplicate } from '../storeError.ts';

/**
 * The existing value that caused the rejection: the room's next number, the sender's message with that client id, or this very document.
 */
export type DuplicateKind = 'seq' | 'clientMessageId' | 'id';

/** The number of documents inserted, from the first on, and the reason why the next was rejected. */
export interface Inserted {
  inserted: number;
  duplicateKind?: DuplicateKind;
}

type Documents = MessageDocument[];

/**
 * Number of concurrent inserts. While one waits for the journal, the next is built and sent. With more, batches get smaller and cost more
 * than the time they save. A room has one at a time (see roomLogWrites.ts), so its order is kept.
 */
const concurrency = 2;

/** Milliseconds for which a room is written separately after another instance took its number. */
const contestedMs = 1_000;
const contestedMax = 10_000;

/**
 * Combines the inserts of all rooms into few commands: documents added while others are in progress form the next command. The
 * cost of a durable write is the round trip and the journal; the documents hardly matter.
 *
 * Each room's documents are inserted in order, and none after a rejected one. So the whole command is ordered, and a rejection also stops
 * unrelated rooms, which are then inserted separately. Rooms in which another instance currently writes, where rejections are common, are
 * inserted separately from the start.
 */
export class SharedInserts {
  readonly #messages: Collection<MessageDocument>;
  readonly #commits: GroupCommit<Documents, Inserted>;
  /** Expiry by room id, in milliseconds of `performance.now()`. */
  readonly #contested = new Map<string, number>();

  constructor(messages: Collection<MessageDocument>) {
    this.#messages = messages;
    this.#commits = new GroupCommit({
      write: (batch) => withCallTimeout(this.#insertTogether(batch)),
      concurrency,
    });
  }

  /** Inserts documents of one room, in order, up to the first that is rejected. */
  insert(roomId: string, documents: Documents): Promise<Inserted> {
    const until = this.#contested.get(roomId);
    if (until === undefined) return this.#commits.add(documents);
    if (until < performance.now()) this.#contested.delete(roomId);
    return withCallTimeout(this.#insertSeparately(documents));
  }

  async #insertTogether(batch: readonly CommitEntry<Documents, Inserted>[]): Promise<void> {
    const [first] = batch;
    if (batch.length === 1 && first) return settle(first, this.#insertSeparately(first.item));
    let inserted: number;
    try {
      inserted = (
        await this.#messages.insertMany(
          batch.flatMap(({ item }) => item),
          ordered,
        )
      ).insertedCount;
    } catch (error) {
      if (!isOneRefusal(error)) throw error;
      inserted = error.insertedCount;
    }
    const rest: Promise<void>[] = [];
    for (const entry of batch) {
      const own = Math.min(inserted, entry.item.length);
      inserted -= own;
      if (own === entry.item.length) entry.resolve({ inserted: own });
      else rest.push(settle(entry, this.#insertSeparately(entry.item.slice(own)), own));
    }
    await Promise.all(rest);
  }

  async #insertSeparately(documents: Documents): Promise<Inserted> {
    try {
      return { inserted: await this.#insertAll(documents) };
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      const duplicateKind = duplicateKindOf(duplicateIndex(error));
      const roomId = documents[0]?.room_id;
      if (duplicateKind === 'seq' && roomId !== undefined) this.#markContested(roomId);
      return { inserted: error instanceof MongoBulkWriteError ? error.insertedCount : 0, duplicateKind };
    }
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

/** Whether the command stopped at one document, for any reason, and the documents before it are as durable as requested. */
function isOneRefusal(error: unknown): error is MongoBulkWriteError {
  return (
    error instanceof MongoBulkWriteError &&
    error.result.getWriteConcernError() === undefined &&
    error.result.getWriteErrorCount() === 1
  );
}

/** Settles the entry as its insert settles. `before`: number of the room's documents already inserted. */
async function settle(entry: CommitEntry<Documents, Inserted>, insert: Promise<Inserted>, before = 0): Promise<void> {
  try {
    const { inserted, ...refusal } = await insert;
    entry.resolve({ inserted: before + inserted, ...refusal });
  } catch (error) {
    entry.reject(error);
  }
}

function duplicateKindOf(index: string): DuplicateKind {
  if (index === '_id_') return 'id';
  return index.includes('client_message_id') ? 'clientMessageId' : 'seq';
}
