import { type Position, positionOf } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import { iteratorDone } from '../async/iteratorDone.ts';
import { LightAbortController } from '../async/lightAbortController.ts';
import { type BrokerEvent, isChange } from './envelope.ts';
import { EventBatch } from './eventBatch.ts';
import { EventPacer, tickShareOf } from './eventPacer.ts';
import { FanOutWatcher } from './fanOutWatcher.ts';
import { MissedPage } from './missedPage.ts';
import { toWatcherEvent } from './replay.ts';
import { Cursor, type FeedEntry } from './ring.ts';
import { RingReplay } from './ringReplay.ts';
import type { RoomFeed } from './roomFeed.ts';
import { StoreReplay } from './storeReplay.ts';
import type { EventItem, FeedItem, Sink, StartItem, Watcher } from './watcher.ts';

/** Registers and unregisters watches. */
export interface WatchRegistry {
  register(watch: FeedWatch, roomId: string): RoomFeed;
  unregister(watch: FeedWatch, feed: RoomFeed): void;
}

/**
 * One watch of a room: a start if the watcher needs one, then every change after its position, once and in order. It is read at
 * the watcher's pace: from the feed's ring, or from the store while it is behind the ring. Once it is up to date, it is handed off to the
 * fan-out. Any end stops it, including an error or `return`, and releases its resources immediately and once.
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
  #cursor: Cursor | null = null;
  #eventPacer: EventPacer | null = null;
  /** The watcher has every message up to this `seq`. */
  #knownSeq = 0;
  /** Reads the changes that the watcher missed, from the store or from the ring. */
  #replay: StoreReplay | RingReplay | null = null;
  #fanOutWatcher: FanOutWatcher | null = null;
  /** Called once the watcher has received its start. */
  #releaseStart: (() => void) | undefined;
  /** Resolves when the next item may follow. */
  #nextTick: Promise<void> | undefined;

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
    if (this.#controller.aborted || this.#cursor === null) return; // nothing was delivered
    this.#mustRestart = true;
    this.#wait?.abort();
    this.#fanOutWatcher?.close();
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
    this.#replay?.close();
    this.#replay = null;
    this.#fanOutWatcher?.close();
    this.#fanOutWatcher = null;
    this.#cursor = null;
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
      if (this.#nextTick) await this.#nextTick;
      if (this.#controller.aborted) return null;
      const start = this.#cursor ? null : await this.#resumeOrReadStart(feed);
      if (start) return start;
      while (this.#cursor && !this.#mustRestart && !this.#controller.aborted && !feed.isReplaced) {
        const cursor = this.#cursor;
        const item = this.#replay
          ? await this.#nextReplayed(feed, cursor, this.#replay)
          : this.#nextInRing(feed, cursor);
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
    if (resumed) {
      const cursor = this.#readFrom(feed, resumed);
      const options = { ...this.#replayOptions(feed, cursor), end: this.#enteredAtOffset };
      if (resumed.seq < feed.headSeq) this.#replay = new RingReplay(options);
      return null;
    }
    const start = await this.#readStart(feed);
    // Messages that arrived since the start was read were not missed: they wait for no budget.
    this.#readFrom(feed, start.position);
    return start;
  }

  #readFrom(feed: RoomFeed, position: Position): Cursor {
    this.#cursor = new Cursor(position, this.#enteredAtOffset);
    this.#eventPacer = new EventPacer(feed.tickShares);
    this.#knownSeq = position.seq;
    return this.#cursor;
  }

  /** Resolves to a start with the newest messages. */
  async #readStart(feed: RoomFeed): Promise<StartItem> {
    const { after, history, readLimiter } = this.#watcher;
    const signal = this.#controller;
    const type = after || this.#needsReset ? 'reset' : 'snapshot';
    const release = await readLimiter?.acquire('start', signal);
    try {
      const cached = feed.cachedSnapshot(history);
      const { messages, head: position } = cached ?? (await rejectOnAbort(feed.snapshot(history), signal));
      const wait = feed.tickShares.acquire(tickShareOf(messages));
      if (wait) await rejectOnAbort(wait, signal);
      signal.throwIfAborted();
      this.#releaseStart = release;
      return { kind: 'start', type, messages, position };
    } catch (error) {
      release?.();
      throw error;
    }
  }

  /** Resolves to the next change that the watcher missed, or a page of them; null at the end of the replay. */
  async #nextReplayed(
    feed: RoomFeed,
    cursor: Cursor,
    replay: StoreReplay | RingReplay,
  ): Promise<EventItem | MissedPage | null> {
    const next = await replay.next();
    const { sink } = this.#watcher;
    if (next instanceof EventBatch) return sink ? this.#toMissedPage(feed, next, { replay, sink }) : null;
    if (next && 'event' in next) return this.#toItemOfRing(next, cursor);
    if (next) return this.#toItem(next, '', positionOf(next.message));
    this.#replay = null;
    if (replay instanceof StoreReplay) this.#knownSeq = this.#cursor?.seq ?? 0;
    return null;
  }

  #toMissedPage(
    feed: RoomFeed,
    batch: EventBatch,
    { replay, sink }: { replay: StoreReplay | RingReplay; sink: Sink },
  ): MissedPage {
    return new MissedPage({
      watcher: this.#watcher,
      ...{ sink, batch },
      knownSeq: replay instanceof StoreReplay ? 0 : this.#knownSeq, // the events of a StoreReplay are those for this watcher
      // The watch may have ended or begun again while its consumer waited.
      isNext: () => this.#replay === replay && replay.isCurrent && !this.#mustRestart && !feed.isReplaced,
      onWritten: (count) => {
        replay.noteReceived(count);
        // The page took the share of one write: the remaining events need their own.
        if (count < batch.entries.length) this.#nextTick = feed.tickShares.acquireLater();
      },
    });
  }

  #replayOptions(feed: RoomFeed, cursor: Cursor) {
    const { sink, readLimiter } = this.#watcher;
    return { feed, cursor, readLimiter, signal: this.#controller, inBatches: sink !== undefined };
  }

  /** Returns the next event in the ring, or a handoff. Null when the store must be read. */
  #nextInRing(feed: RoomFeed, cursor: Cursor): EventItem | FanOutWatcher | 'wait' | null {
    const entry = cursor.next(feed.ring);
    if (entry === 'behind') {
      this.#replay = new StoreReplay(this.#replayOptions(feed, cursor));
      return null;
    }
    if (entry === undefined) return this.#handOff(feed, cursor) ?? 'wait';
    this.#fanOutWatcher = null;
    return this.#toItemOfRing(entry, cursor);
  }

  #toItemOfRing({ event, fromConnectionId }: FeedEntry, cursor: Cursor): EventItem {
    const isNew = isChange(event) && cursor.takeUnseenAt(event.message.seq);
    const adapted = isChange(event) ? toWatcherEvent(event, this.#knownSeq, isNew) : event;
    return this.#toItem(adapted, fromConnectionId, cursor.position);
  }

  /** Returns a handoff; null without a sink, and if the last handoff was not begun. */
  #handOff(feed: RoomFeed, cursor: Cursor): FanOutWatcher | null {
    const watcher = this.#watcher;
    const { sink } = watcher;
    const knownSeq = this.#knownSeq;
    // A watch that read the store ahead of the feed has other positions than the rest until the feed catches up.
    if (!sink || cursor.seq !== feed.headSeq || this.#fanOutWatcher?.hasBegun === false) return null;
    this.#fanOutWatcher = new FanOutWatcher({ watcher, sink, cursor, knownSeq, fanOut: feed.fanOut });
    return this.#fanOutWatcher;
  }

  #toItem(event: BrokerEvent, fromConnectionId: string, position: Position): EventItem {
    this.#nextTick = this.#eventPacer?.spend(event);
    return { kind: 'event', event, fromConnectionId, position };
  }
}
