import { type Collection, MongoBulkWriteError } from 'mongodb';
import { type Entry, GroupCommit } from '../groupCommit.ts';
import { inTime } from '../inTime.ts';
import type { MessageDocument } from './collections.ts';
import { duplicateIndex, isDuplicate } from './storeError.ts';

/** What there may be already: the room's next number, the sender's message of that name, or this very document. */
export type Refusal = 'number' | 'name' | 'id';

/** How many of the documents got in, from the first on, and what there was already that stopped the next. */
export interface Inserted {
  inserted: number;
  refusedBy?: Refusal;
}

type Documents = MessageDocument[];

/**
 * Inserts under way at the same time. While one waits for the journal, the next is made and sent; with more of them, batches
 * get smaller and cost more than the waiting that they save. A room has one at a time (see roomLog.ts), so its order stays.
 */
const atOnce = 2;

/** Milliseconds for which a room whose number somebody else took is written by itself. */
const contestedFor = 1_000;
const contestedMax = 10_000;

/**
 * The inserts of all rooms as few commands: what rooms hand over while others are under way goes together into the next. The
 * price of a durable write lies in the round trip and the journal, hardly in the documents.
 *
 * Each room's documents go in as an ordered insert: none after one that is refused. So the command as a whole is
 * ordered, and a refusal stops rooms that have nothing to do with it; those are then inserted each by itself. Rooms
 * in which another instance writes at this time, where refusals are common, do so at once.
 */
export class SharedInserts {
  readonly #messages: Collection<MessageDocument>;
  readonly #commits: GroupCommit<Documents, Inserted>;
  /** Until when, in milliseconds. */
  readonly #contested = new Map<string, number>();

  constructor(messages: Collection<MessageDocument>) {
    this.#messages = messages;
    this.#commits = new GroupCommit({
      write: (batch) => inTime(this.#insertTogether(batch)),
      atOnce,
    });
  }

  /** Inserts documents of one room, in order, up to the first that is refused. */
  insert(roomId: string, documents: Documents): Promise<Inserted> {
    const until = this.#contested.get(roomId);
    if (until === undefined) return this.#commits.add(documents);
    if (until < performance.now()) this.#contested.delete(roomId);
    return inTime(this.#insertAlone(documents));
  }

  async #insertTogether(batch: readonly Entry<Documents, Inserted>[]): Promise<void> {
    const [first] = batch;
    if (batch.length === 1 && first) return settle(first, this.#insertAlone(first.item));
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
      else rest.push(settle(entry, this.#insertAlone(entry.item.slice(own)), own));
    }
    await Promise.all(rest);
  }

  async #insertAlone(documents: Documents): Promise<Inserted> {
    try {
      return { inserted: (await this.#messages.insertMany(documents, ordered)).insertedCount };
    } catch (error) {
      if (!(error instanceof MongoBulkWriteError && isDuplicate(error))) throw error;
      const refusedBy = refusalBy(duplicateIndex(error));
      const roomId = documents[0]?.room_id;
      if (refusedBy === 'number' && roomId !== undefined) this.#contest(roomId);
      return { inserted: error.insertedCount, refusedBy };
    }
  }

  #contest(roomId: string): void {
    if (this.#contested.size >= contestedMax) this.#contested.clear();
    this.#contested.set(roomId, performance.now() + contestedFor);
  }
}

const ordered = { ordered: true } as const;

/** That the command stopped at a document, whatever was wrong with that, and what came before is as durable as asked. */
function isOneRefusal(error: unknown): error is MongoBulkWriteError {
  return (
    error instanceof MongoBulkWriteError &&
    error.result.getWriteConcernError() === undefined &&
    error.result.getWriteErrorCount() === 1
  );
}

/** `before`: how many of the room's documents are in already. */
async function settle(entry: Entry<Documents, Inserted>, insert: Promise<Inserted>, before = 0): Promise<void> {
  try {
    const { inserted, ...refusal } = await insert;
    entry.resolve({ inserted: before + inserted, ...refusal });
  } catch (error) {
    entry.reject(error);
  }
}

function refusalBy(index: string): Refusal {
  if (index === '_id_') return 'id';
  return index.includes('client_message_id') ? 'name' : 'number';
}
