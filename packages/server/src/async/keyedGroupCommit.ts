import type { CommitEntry } from './groupCommit.ts';
import { yieldTogether } from './yieldToEventLoop.ts';

/** Maximum number of entries in one batch. */
const maxBatch = 256;

/**
 * Group commit for many keys: items of a key that are added in one tick of the event loop, or while its earlier batch is being written, form
 * its next batch. The batches of different keys are written concurrently.
 *
 * Each key keeps the order of its items. When `write` throws, the items of that key that wait are rejected too, as in `GroupCommit`. With many
 * keys there is a batch for each item, and the objects of a batch live as long as its write, so a batch has as few as possible.
 */
export class KeyedGroupCommit<Item, Result> {
  readonly #write: (key: string, batch: readonly CommitEntry<Item, Result>[]) => Promise<void>;
  /** The items that wait. A key has an empty array while its last batch is being written. */
  readonly #waiting = new Map<string, CommitEntry<Item, Result>[]>();

  /** `write` settles each entry of the batch. When it throws, the entries it left unsettled are rejected with the error. */
  constructor(write: (key: string, batch: readonly CommitEntry<Item, Result>[]) => Promise<void>) {
    this.#write = write;
  }

  /** Number of keys with unsettled items. */
  get size(): number {
    return this.#waiting.size;
  }

  add(key: string, item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const entry = { item, resolve, reject };
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.push(entry);
    else void this.#run(key, [entry]);
    return promise;
  }

  async #run(key: string, waiting: CommitEntry<Item, Result>[]): Promise<void> {
    this.#waiting.set(key, waiting);
    do {
      await yieldTogether();
      const batch = waiting.splice(0, maxBatch);
      try {
        await this.#write(key, batch);
      } catch (error) {
        for (const entry of [...batch, ...waiting.splice(0)]) entry.reject(error);
      }
    } while (waiting.length > 0);
    this.#waiting.delete(key);
  }
}
