import { limits, type Message, type Position } from '@earshot/shared';
import type { LoggedMessage } from '../../store/store.ts';
import { isChange } from '../envelope.ts';
import type { Ring } from '../ring.ts';
import { MessageWindow } from './messageWindow.ts';

/** The progress of a feed in the delivery of its room's changes. */
export interface DeliveryState {
  readonly ring: Ring;
  /** Whether every change known to exist has been delivered. */
  readonly isComplete: boolean;
  /** The number of the change delivered last. */
  readonly headSeq: number;
}

interface NewestPageOptions {
  feed: DeliveryState;
  /** Reads the newest messages and their position from the store. */
  snapshot: (limit: number) => Promise<{ messages: Message[]; head: Position }>;
  /** The caches of all feeds of the instance. */
  pageLru: PageLru;
  /** The time, in milliseconds since 1970, before which messages have expired; null: they do not expire. */
  expiredBefore: () => number | null;
}

/**
 * Caches the newest messages of one feed's room, as the store would return them. The cache exists from the first request, for as long as
 * the feed receives every change.
 */
export class NewestPageCache {
  readonly #options: NewestPageOptions;
  #messageWindow: MessageWindow | undefined;
  #reading: Promise<void> | undefined;
  /** The highest number that a caller on this instance received by other means than the feed. */
  #observedSeq = 0;
  #closed = false;

  constructor(options: NewestPageOptions) {
    this.#options = options;
  }

  /**
   * The cached messages; null if there are none, or if they may lack a change that a caller on this instance received. Read it
   * synchronously.
   */
  get messageWindow(): MessageWindow | null {
    const { feed, pageLru, expiredBefore } = this.#options;
    const messageWindow = this.#messageWindow;
    if (!messageWindow || !feed.isComplete || messageWindow.head.seq < this.#observedSeq) return null;
    if (!messageWindow.dropExpired(expiredBefore())) {
      this.drop();
      return null;
    }
    pageLru.touch(this);
    return messageWindow;
  }

  /** Fills the cache from the store if it is empty and can be filled. Rejects when the store fails. */
  async load(): Promise<void> {
    if (this.#messageWindow || this.#closed || !this.#options.feed.isComplete) return;
    this.#reading ??= this.#read();
    await this.#reading;
  }

  /** Records that a caller on this instance received the change `seq` by other means than the feed: later pages must include it. */
  noteObserved(seq: number): void {
    this.#observedSeq = Math.max(this.#observedSeq, seq);
  }

  /** Applies a change delivered by the feed. */
  apply(message: LoggedMessage): void {
    this.#messageWindow?.apply(message);
  }

  /** Empties the cache until the next request. */
  drop(): void {
    this.#messageWindow = undefined;
    this.#reading = undefined;
    this.#options.pageLru.delete(this);
  }

  close(): void {
    this.#closed = true;
    this.drop();
  }

  #read(): Promise<void> {
    const { feed, snapshot } = this.#options;
    const { headSeq } = feed;
    const reading: Promise<void> = snapshot(limits.historyMax + 1)
      .then((read) => {
        // A store behind its own changes was restored to an earlier state, so this feed no longer matches it.
        if (this.#reading === reading && read.head.seq >= headSeq) this.#cache(read);
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    return reading;
  }

  #cache(read: { messages: Message[]; head: Position }): void {
    const { feed, pageLru } = this.#options;
    const { ring } = feed;
    // Changes that arrived during the read are in the ring, unless there were too many.
    if (read.head.seq < ring.floorSeq) return;
    const messageWindow = new MessageWindow(read, limits.historyMax);
    for (let offset = ring.oldestOffset; offset < ring.end; offset += 1) {
      const entry = ring.at(offset);
      // A superseded entry holds a later version, which has its own entry in the order.
      if (entry && !entry.superseded && isChange(entry.event)) messageWindow.apply(entry.event.message);
    }
    this.#messageWindow = messageWindow;
    pageLru.touch(this);
  }
}

/** Bounds the number of cached rooms; evicts the least recently read. */
export class PageLru {
  readonly #max: number;
  readonly #leastRecentFirst = new Set<NewestPageCache>();

  constructor(max: number) {
    this.#max = max;
  }

  /** For metrics and tests. Zero after churn. */
  get size(): number {
    return this.#leastRecentFirst.size;
  }

  touch(newest: NewestPageCache): void {
    this.#leastRecentFirst.delete(newest);
    this.#leastRecentFirst.add(newest);
    if (this.#leastRecentFirst.size <= this.#max) return;
    const [oldest] = this.#leastRecentFirst;
    oldest?.drop();
  }

  delete(newest: NewestPageCache): void {
    this.#leastRecentFirst.delete(newest);
  }
}
