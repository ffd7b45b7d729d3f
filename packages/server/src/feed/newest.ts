import { limits, type Message, type Position } from '@earshot/shared';
import { isChange } from './envelope.ts';
import type { Entry, Ring } from './ring.ts';
import type { Sequencer } from './sequencer.ts';
import { Tail } from './tail.ts';

interface NewestOptions {
  ring: Ring;
  sequencer: Sequencer<Entry>;
  /** Reads the newest messages and their position from the store. */
  snapshot: (limit: number) => Promise<{ messages: Message[]; head: Position }>;
  /** The caches of all feeds of the instance. */
  tails: Tails;
}

/**
 * Caches the newest messages of one feed's room, as the store would return them. The cache exists from the first request, for as long as
 * the feed receives every change.
 */
export class Newest {
  readonly #options: NewestOptions;
  #tail: Tail | undefined;
  #reading: Promise<void> | undefined;
  /** The highest number that anyone on this instance observed by other means than the feed. */
  #told = 0;
  #closed = false;

  constructor(options: NewestOptions) {
    this.#options = options;
  }

  /** The cached messages; null if there are none, or if they may lack a change that someone has observed. Read it synchronously. */
  get tail(): Tail | null {
    const { sequencer, tails } = this.#options;
    const tail = this.#tail;
    if (!tail || !sequencer.complete || tail.head.seq < this.#told) return null;
    tails.touch(this);
    return tail;
  }

  /** Fills the cache from the store if it is empty and can be filled. Rejects when the store fails. */
  async make(): Promise<void> {
    if (this.#tail || this.#closed || !this.#options.sequencer.complete) return;
    this.#reading ??= this.#read();
    await this.#reading;
  }

  /** Records that someone observed the change `seq` by other means than the feed: pages sent to them must include it. */
  told(seq: number): void {
    this.#told = Math.max(this.#told, seq);
  }

  /** Applies a change delivered by the feed. */
  apply(message: Message): void {
    this.#tail?.apply(message);
  }

  /** Empties the cache until the next request. */
  drop(): void {
    this.#tail = undefined;
    this.#reading = undefined;
    this.#options.tails.delete(this);
  }

  close(): void {
    this.#closed = true;
    this.drop();
  }

  #read(): Promise<void> {
    const { sequencer, snapshot } = this.#options;
    const { last } = sequencer;
    const reading: Promise<void> = snapshot(limits.historyMax + 1)
      .then((read) => {
        // A store behind its own changes was restored to an earlier state, so this feed no longer matches it.
        if (this.#reading === reading && read.head.seq >= last) this.#keep(read);
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    return reading;
  }

  #keep(read: { messages: Message[]; head: Position }): void {
    const { ring, tails } = this.#options;
    // Changes that arrived during the read are in the ring, unless there were too many.
    if (read.head.seq < ring.floor) return;
    const tail = new Tail(read, limits.historyMax);
    for (let offset = ring.start; offset < ring.end; offset += 1) {
      const entry = ring.at(offset);
      // A superseded entry holds a later version, which has its own entry in the order.
      if (entry && !entry.superseded && isChange(entry.event)) tail.apply(entry.event.message);
    }
    this.#tail = tail;
    tails.touch(this);
  }
}

/** Bounds the number of cached rooms; evicts the least recently read. */
export class Tails {
  readonly #max: number;
  readonly #kept = new Set<Newest>();

  constructor(max: number) {
    this.#max = max;
  }

  /** For metrics and tests. Zero after churn. */
  get size(): number {
    return this.#kept.size;
  }

  touch(newest: Newest): void {
    this.#kept.delete(newest);
    this.#kept.add(newest);
    if (this.#kept.size <= this.#max) return;
    const [oldest] = this.#kept;
    oldest?.drop();
  }

  delete(newest: Newest): void {
    this.#kept.delete(newest);
  }
}
