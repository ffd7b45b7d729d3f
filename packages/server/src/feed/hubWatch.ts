import { over } from './over.ts';
import type { RoomFeed } from './roomFeed.ts';
import { type Signal, Stop } from './stop.ts';
import { type FeedItem, follow, type WatchOptions } from './watch.ts';

export interface HubWatchOptions extends WatchOptions {
  /** Any of these signals ends the watch. */
  signals: readonly Signal[];
}

/** Registers and unregisters watches. */
export interface Desk {
  enter(watch: HubWatch, roomId: string): RoomFeed;
  leave(watch: HubWatch, feed: RoomFeed): void;
}

/**
 * One watch, as its consumer holds it. Any end stops it, including an error or `return`, and releases its resources immediately and once.
 */
export class HubWatch implements AsyncIterator<FeedItem, void> {
  readonly #desk: Desk;
  readonly #roomId: string;
  readonly #options: HubWatchOptions;
  readonly #stop = new Stop();
  /** Null before the first `next`, and when there is no feed. */
  #feed: RoomFeed | null = null;
  /** Undefined before the first `next`. */
  #items: AsyncGenerator<FeedItem, void> | null | undefined;

  constructor(desk: Desk, roomId: string, options: HubWatchOptions) {
    this.#desk = desk;
    this.#roomId = roomId;
    this.#options = options;
  }

  // Promises are chained by hand: with a wrapping generator, each of many thousands of waiting watchers would hold a copy.
  next(): Promise<IteratorResult<FeedItem, void>> {
    try {
      if (this.#items === undefined) this.#items = this.#begin();
    } catch (error) {
      this.#items = null;
      return Promise.reject(error);
    }
    if (this.#items === null) return Promise.resolve(over);
    return this.#items.next().then(
      (result) => {
        if (!result.done) return result;
        if (this.#feed?.replaced && !this.#stop.aborted) return this.#goOn();
        this.stop();
        return result;
      },
      (error: unknown) => {
        const stopped = this.#stop.aborted;
        if (this.#feed?.replaced && !stopped) return this.#goOn();
        this.stop();
        if (stopped) return over;
        throw error;
      },
    );
  }

  return(): Promise<IteratorResult<FeedItem, void>> {
    this.#items ??= null;
    // A generator answers `return` only after the pending `next`; stopping ends that one.
    this.stop();
    return this.#items?.return() ?? Promise.resolve(over);
  }

  stop(): void {
    if (this.#stop.aborted) return;
    this.#stop.abort();
    for (const signal of this.#options.signals) signal.removeEventListener('abort', this);
    if (this.#feed) this.#desk.leave(this, this.#feed);
  }

  /** Called when one of the signals aborts. */
  handleEvent(): void {
    this.stop();
  }

  /** Enters a new feed and starts over, because the store's history was replaced. */
  #goOn(): Promise<IteratorResult<FeedItem, void>> {
    try {
      if (this.#feed) this.#desk.leave(this, this.#feed);
      this.#feed = null;
      this.#feed = this.#desk.enter(this, this.#roomId);
    } catch (error) {
      this.stop();
      return Promise.reject(error);
    }
    this.#items = follow(this.#feed, this.#feed.attach(), { ...this.#options, isLost: true }, this.#stop);
    return this.next();
  }

  #begin(): AsyncGenerator<FeedItem, void> | null {
    if (this.#options.signals.some((signal) => signal.aborted)) return null;
    this.#feed = this.#desk.enter(this, this.#roomId);
    for (const signal of this.#options.signals) signal.addEventListener('abort', this);
    return follow(this.#feed, this.#feed.attach(), this.#options, this.#stop);
  }
}
