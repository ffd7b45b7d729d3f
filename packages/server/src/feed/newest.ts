import { limits, type Message, type Position } from '@earshot/shared';
import { isChange } from './envelope.ts';
import type { Entry, Ring } from './ring.ts';
import type { Sequencer } from './sequencer.ts';
import { Tail } from './tail.ts';

interface NewestOptions {
  ring: Ring;
  sequencer: Sequencer<Entry>;
  /** Reads the newest messages and their position from the store, now. */
  snapshot: (limit: number) => Promise<{ messages: Message[]; head: Position }>;
  /** The tails of all feeds of the instance. */
  tails: Tails;
}

/**
 * The newest messages of one feed's room from memory, as the store would show them. Kept from the first time that they
 * are asked for, as long as the feed hears of every change.
 */
export class Newest {
  readonly #options: NewestOptions;
  #tail: Tail | undefined;
  #reading: Promise<void> | undefined;
  /** The highest number that anybody here was told of by other means than the feed. */
  #told = 0;
  #closed = false;

  constructor(options: NewestOptions) {
    this.#options = options;
  }

  /** The tail; null when there is none, and when it may lack something that somebody was told of. Read it at once. */
  get tail(): Tail | null {
    const { sequencer, tails } = this.#options;
    const tail = this.#tail;
    if (!tail || !sequencer.complete || tail.head.seq < this.#told) return null;
    tails.touch(this);
    return tail;
  }

  /** Makes the tail from the store when there is none, and it can be. Rejects when the store fails. */
  async make(): Promise<void> {
    if (this.#tail || this.#closed || !this.#options.sequencer.complete) return;
    this.#reading ??= this.#read();
    await this.#reading;
  }

  /** Somebody here was told of a change by other means than the feed: what is shown to them must not lack it. */
  told(seq: number): void {
    this.#told = Math.max(this.#told, seq);
  }

  /** The feed delivers a change. */
  apply(message: Message): void {
    this.#tail?.apply(message);
  }

  /** Keeps nothing until somebody asks again. */
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
        // A store behind its own changes was put back to an earlier state: the feed is of no use to it.
        if (this.#reading === reading && read.head.seq >= last) this.#keep(read);
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    return reading;
  }

  #keep(read: { messages: Message[]; head: Position }): void {
    const { ring, tails } = this.#options;
    // What came while the store was read is in the ring, unless there was too much of it.
    if (read.head.seq < ring.floor) return;
    const tail = new Tail(read, limits.historyMax);
    for (let offset = ring.start; offset < ring.end; offset += 1) {
      const entry = ring.at(offset);
      // A superseded entry holds a later version, which has its own place in the order.
      if (entry && !entry.superseded && isChange(entry.event)) tail.apply(entry.event.message);
    }
    this.#tail = tail;
    tails.touch(this);
  }
}

/** Bounds how many rooms keep a tail: those that were read longest ago lose theirs. */
export class Tails {
  readonly #max: number;
  readonly #kept = new Set<Newest>();

  constructor(max: number) {
    this.#max = max;
  }

  /** For metrics and tests: zero after churn. */
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
