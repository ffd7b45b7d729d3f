import { iteratorDone } from '../async/iteratorDone.ts';
import { type AbortSignalLike, LightAbortController } from '../async/lightAbortController.ts';
import { type FeedItem, type FeedReadOptions, readFeed } from './readFeed.ts';
import type { RoomFeed } from './roomFeed.ts';

export interface WatchOptions extends FeedReadOptions {
  /** Any of these signals ends the watch. */
  signals: readonly AbortSignalLike[];
}

/** Registers and unregisters watches. */
export interface WatchRegistry {
  register(watch: HubWatch, roomId: string): RoomFeed;
  unregister(watch: HubWatch, feed: RoomFeed): void;
}

/**
 * One watch, as its consumer holds it. Any end stops it, including an error or `return`, and releases its resources immediately and once.
 */
export class HubWatch implements AsyncIterator<FeedItem, void> {
  readonly #registry: WatchRegistry;
  readonly #roomId: string;
  readonly #options: WatchOptions;
  readonly #controller = new LightAbortController();
  /** Null before the first `next`, and when there is no feed. */
  #feed: RoomFeed | null = null;
  /** Undefined before the first `next`. */
  #items: AsyncGenerator<FeedItem, void> | null | undefined;

  constructor(registry: WatchRegistry, roomId: string, options: WatchOptions) {
    this.#registry = registry;
    this.#roomId = roomId;
    this.#options = options;
  }

  // Promises are chained by hand: with a wrapping generator, each of many thousands of waiting watchers would hold a copy.
  next(): Promise<IteratorResult<FeedItem, void>> {
    try {
      if (this.#items === undefined) this.#items = this.#start();
    } catch (error) {
      this.#items = null;
      return Promise.reject(error);
    }
    if (this.#items === null) return Promise.resolve(iteratorDone);
    return this.#items.next().then(
      (result) => {
        if (!result.done) return result;
        if (this.#feed?.isReplaced && !this.#controller.aborted) return this.#resubscribe();
        this.stop();
        return result;
      },
      (error: unknown) => {
        const stopped = this.#controller.aborted;
        if (this.#feed?.isReplaced && !stopped) return this.#resubscribe();
        this.stop();
        if (stopped) return iteratorDone;
        throw error;
      },
    );
  }

  return(): Promise<IteratorResult<FeedItem, void>> {
    this.#items ??= null;
    // A generator answers `return` only after the pending `next`; stopping ends that one.
    this.stop();
    return this.#items?.return() ?? Promise.resolve(iteratorDone);
  }

  stop(): void {
    if (this.#controller.aborted) return;
    this.#controller.abort();
    for (const signal of this.#options.signals) signal.removeEventListener('abort', this);
    if (this.#feed) this.#registry.unregister(this, this.#feed);
  }

  /** Called when one of the signals aborts. */
  handleEvent(): void {
    this.stop();
  }

  /** Enters a new feed and starts over, because the store's history was replaced. */
  #resubscribe(): Promise<IteratorResult<FeedItem, void>> {
    try {
      if (this.#feed) this.#registry.unregister(this, this.#feed);
      this.#feed = null;
      this.#feed = this.#registry.register(this, this.#roomId);
    } catch (error) {
      this.stop();
      return Promise.reject(error);
    }
    this.#items = readFeed(
      this.#feed,
      this.#feed.attach(),
      { ...this.#options, isHistoryReplaced: true },
      this.#controller,
    );
    return this.next();
  }

  #start(): AsyncGenerator<FeedItem, void> | null {
    if (this.#options.signals.some((signal) => signal.aborted)) return null;
    this.#feed = this.#registry.register(this, this.#roomId);
    for (const signal of this.#options.signals) signal.addEventListener('abort', this);
    return readFeed(this.#feed, this.#feed.attach(), this.#options, this.#controller);
  }
}
