import type { Position } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import { iteratorDone } from '../async/iteratorDone.ts';
import { LightAbortController } from '../async/lightAbortController.ts';
import type { RoomFeed } from './roomFeed.ts';
import type { FeedItem, StartItem, Watcher } from './watcher.ts';
import { WatchReader } from './watchReader.ts';
import { readStart } from './watchStart.ts';

/** Registers and unregisters watches. */
export interface WatchRegistry {
  register(watch: FeedWatch, roomId: string): RoomFeed;
  unregister(watch: FeedWatch, feed: RoomFeed): void;
}

/**
 * One watch of a room: a start if the watcher needs one, then every change after its position, once and in order. It is read at
 * the watcher's pace. Once the watcher is up to date, it is handed off to the fan-out. Any end stops the watch, including an error or `return`,
 * and releases its resources immediately and once.
 */
export class FeedWatch implements AsyncIterableIterator<FeedItem, void, void> {
  readonly #registry: WatchRegistry;
  readonly #roomId: string;
  readonly #watcher: Watcher;
  readonly #controller = new LightAbortController();
  /** Null before the first `next`. */
  #feed: RoomFeed | null = null;
  /** The end of the ring when the watch entered the feed. */
  #enteredAtOffset = 0;
  /** The watcher's state is of no use any more: it gets a `reset`, whatever it asked for. */
  #needsReset: boolean;
  /** The next item is a `reset`. */
  #mustRestart = false;
  /** Ends the wait for an append. */
  #wait: LightAbortController | null = null;
  /** Null until the start is read. */
  #reader: WatchReader | null = null;
  /** Called once the watcher has received its start. */
  #releaseStart: (() => void) | undefined;

  constructor(registry: WatchRegistry, roomId: string, watcher: Watcher) {
    this.#registry = registry;
    this.#roomId = roomId;
    this.#watcher = watcher;
    this.#needsReset = watcher.needsReset === true;
  }

  async next(): Promise<IteratorResult<FeedItem, void>> {
    try {
      for (let feed = this.#enter(); feed; feed = this.#enter()) {
        const value = await this.#read(feed);
        if (value) return { done: false, value };
      }
    } catch (error) {
      const isStopped = this.#controller.aborted;
      this.stop();
      if (!isStopped) throw error;
    }
    return iteratorDone;
  }

  async return(): Promise<IteratorResult<FeedItem, void>> {
    this.stop();
    return iteratorDone;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  stop(): void {
    if (this.#controller.aborted) return;
    this.#controller.abort();
    this.#wait?.abort();
    for (const signal of this.#watcher.signals) signal.removeEventListener('abort', this);
    this.#leave();
  }

  restart(): void {
    if (this.#controller.aborted) return;
    if (this.#reader === null) {
      // Nothing is delivered yet. A watcher that resumes has earlier messages.
      this.#needsReset ||= this.#watcher.after !== undefined;
      return;
    }
    this.#mustRestart = true;
    this.#wait?.abort();
    this.#reader.stopDelivery();
  }

  /** Called when one of the watcher's signals aborts. */
  handleEvent(): void {
    this.stop();
  }

  /** Returns the feed; a new one if the store's history was replaced. Null once the watch is stopped. */
  #enter(): RoomFeed | null {
    if (this.#controller.aborted) return null;
    if (this.#feed && !this.#feed.isReplaced) {
      if (this.#mustRestart) this.#beginAgain(this.#feed);
      return this.#feed;
    }
    const { signals } = this.#watcher;
    if (signals.some(({ aborted }) => aborted)) {
      this.stop();
      return null;
    }
    const isReplaced = this.#feed !== null;
    this.#needsReset ||= isReplaced;
    this.#leave();
    const feed = this.#registry.register(this, this.#roomId);
    this.#feed = feed;
    this.#enteredAtOffset = feed.addWatcher();
    if (!isReplaced) for (const signal of signals) signal.addEventListener('abort', this);
    return feed;
  }

  #beginAgain(feed: RoomFeed): void {
    this.#needsReset = true;
    this.#enteredAtOffset = feed.ring.end;
    this.#dropPosition();
  }

  #dropPosition(): void {
    this.#mustRestart = false;
    this.#releaseStart?.();
    this.#releaseStart = undefined;
    this.#reader?.close();
    this.#reader = null;
  }

  #leave(): void {
    this.#dropPosition();
    const feed = this.#feed;
    this.#feed = null;
    if (feed) this.#registry.unregister(this, feed);
  }

  /** Resolves to the next item; null if the feed was replaced. Rejects when the start can't be read or the watch is stopped. */
  async #read(feed: RoomFeed): Promise<FeedItem | null> {
    this.#releaseStart?.();
    this.#releaseStart = undefined;
    try {
      if (this.#reader?.nextTick) await this.#reader.nextTick;
      if (this.#controller.aborted) return null;
      const start = this.#reader ? null : await this.#resumeOrReadStart(feed);
      if (start) return start;
      while (this.#reader && !this.#mustRestart && !this.#controller.aborted && !feed.isReplaced) {
        const next = this.#reader.next();
        const item = next instanceof Promise ? await next : next;
        if (item === 'wait') await this.#waitForAppend(feed);
        else if (item) return item;
      }
      return null;
    } catch (error) {
      if (feed.isReplaced) return null;
      throw error;
    }
  }

  async #waitForAppend(feed: RoomFeed): Promise<void> {
    this.#wait = new LightAbortController();
    await feed.waitForAppend(this.#wait);
    this.#wait = null;
  }

  /** Resumes from the watcher's position if that is possible, and resolves to null; otherwise resolves to its start. */
  async #resumeOrReadStart(feed: RoomFeed): Promise<StartItem | null> {
    const { after } = this.#watcher;
    const signal = this.#controller;
    if (!feed.isOpen) await rejectOnAbort(feed.opened, signal);
    const resumed = after && !this.#needsReset ? await rejectOnAbort(feed.resumePosition(after), signal) : null;
    // A restart may have been requested while the position was checked.
    if (resumed && !this.#needsReset) {
      this.#readFrom(feed, resumed).replayMissed();
      return null;
    }
    const type = after || this.#needsReset ? 'reset' : 'snapshot';
    const { item, release } = await readStart({ feed, watcher: this.#watcher, type, signal });
    // The watch may have stopped before this continuation runs.
    if (signal.aborted) release?.();
    signal.throwIfAborted();
    this.#releaseStart = release;
    // Messages that arrived since the start was read were not missed: they wait for no budget.
    this.#readFrom(feed, item.position);
    return item;
  }

  #readFrom(feed: RoomFeed, position: Position): WatchReader {
    this.#reader = new WatchReader({
      ...{ feed, position, watcher: this.#watcher },
      ...{ enteredAtOffset: this.#enteredAtOffset, signal: this.#controller },
    });
    return this.#reader;
  }
}
