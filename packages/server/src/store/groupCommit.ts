import { setImmediate as nextTurn } from 'node:timers/promises';

/** One piece of work that waits to be written, with the promise its caller holds. */
export interface Entry<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface GroupCommitOptions<Item, Result> {
  /** Settles every entry of the batch, each by itself. What it leaves unsettled when it throws rejects with that. */
  write: (batch: readonly Entry<Item, Result>[]) => void | Promise<void>;
  /** Called whenever nothing is left to write. */
  onIdle?: () => void;
  /** Entries in one batch at most. */
  largest?: number;
  /**
   * Batches under way at the same time; 1 unless said otherwise. More of them may overtake each other, so this is for
   * items that need no order among themselves.
   */
  atOnce?: number;
}

/**
 * Group commit: what is handed over in one turn of the event loop, or while an earlier batch is being written, goes
 * together into the next one. Many small durable writes so share the price of one.
 *
 * Batches follow each other, unless several are allowed at once, and items keep the order in which they were handed
 * over. When `write` throws, all that waits behind its batch rejects too: the database is away, and trying it again
 * batch by batch would let the last in the queue wait for the time-outs of all before it.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #waiting: Entry<Item, Result>[] = [];
  #running = 0;
  /** Whether a batch is about to be taken, with all that comes until then. */
  #gathering = false;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  add(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.push({ item, resolve, reject });
    this.#start();
    return promise;
  }

  #start(): void {
    const { atOnce = 1 } = this.#options;
    if (this.#waiting.length > 0 && !this.#gathering && this.#running < atOnce) void this.#run();
  }

  async #run(): Promise<void> {
    const { write, onIdle, largest = 256 } = this.#options;
    this.#running += 1;
    this.#gathering = true;
    // A turn between batches, too: with a synchronous `write`, a caller that appends in a loop would starve all else.
    await nextTurn();
    this.#gathering = false;
    const batch = this.#waiting.splice(0, largest);
    this.#start();
    try {
      // What waited may have been rejected with another batch.
      if (batch.length > 0) await write(batch);
    } catch (error) {
      for (const entry of batch.concat(this.#waiting.splice(0))) entry.reject(error);
    }
    this.#running -= 1;
    this.#start();
    if (this.#running === 0) onIdle?.();
  }
}
