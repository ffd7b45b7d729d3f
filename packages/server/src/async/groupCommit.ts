import { yieldToEventLoop } from './yieldToEventLoop.ts';

/** An item that waits to be written, with the promise of its caller. */
export interface CommitEntry<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

interface GroupCommitOptions<Item, Result> {
  /** Settles each entry of the batch. When it throws, the entries it left unsettled are rejected with the error. */
  write: (batch: readonly CommitEntry<Item, Result>[]) => void | Promise<void>;
  /** Maximum number of entries in one batch. */
  maxBatch?: number;
  /**
   * Maximum number of concurrent batches. Default: 1. Concurrent batches may overtake each other, so a higher number requires items that
   * are independent of their order.
   */
  concurrency?: number;
  /** Waits for the items that share a batch. Default: until the next tick of the event loop. */
  gather?: () => Promise<void>;
}

/**
 * Group commit: items added in one tick of the event loop, or while an earlier batch is being written, form the next batch. So
 * many small durable writes share the cost of one.
 *
 * Batches are written one after another, unless several are allowed concurrently, and items keep the order in which they were added. When
 * `write` throws, the items that wait behind its batch are rejected too: the database is unavailable, and trying batch by batch would make
 * the last item wait for the timeouts of all earlier ones.
 */
export class GroupCommit<Item, Result> {
  readonly #options: GroupCommitOptions<Item, Result>;
  #waiting: CommitEntry<Item, Result>[] = [];
  #running = 0;
  /** Whether a batch is about to be taken, including items added until then. */
  #isScheduled = false;

  constructor(options: GroupCommitOptions<Item, Result>) {
    this.#options = options;
  }

  /** Items that wait behind the batches in progress. */
  get waiting(): number {
    return this.#waiting.length;
  }

  add(item: Item): Promise<Result> {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.#waiting.push({ item, resolve, reject });
    this.#start();
    return promise;
  }

  /** Rejects the items that wait. The batches in progress continue. */
  rejectWaiting(error: unknown): void {
    for (const entry of this.#waiting.splice(0)) entry.reject(error);
  }

  #start(): void {
    const { concurrency = 1 } = this.#options;
    if (this.#waiting.length > 0 && !this.#isScheduled && this.#running < concurrency) void this.#run();
  }

  async #run(): Promise<void> {
    const { write, maxBatch = 256, gather = yieldToEventLoop } = this.#options;
    this.#running += 1;
    this.#isScheduled = true;
    // A tick between batches too: with a synchronous `write`, a caller that adds in a loop would otherwise starve everything else.
    await gather();
    this.#isScheduled = false;
    const batch = this.#waiting.splice(0, maxBatch);
    this.#start();
    try {
      // Waiting items may have been rejected with another batch.
      if (batch.length > 0) await write(batch);
    } catch (error) {
      for (const entry of batch) entry.reject(error);
      this.rejectWaiting(error);
    }
    this.#running -= 1;
    this.#start();
  }
}
