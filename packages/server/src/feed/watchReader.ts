import { type Position, positionOf } from '@earshot/shared';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { type BrokerEvent, isChange } from './envelope.ts';
import { EventBatch } from './eventBatch.ts';
import { EventPacer } from './eventPacer.ts';
import { FanOutWatcher } from './fanOutWatcher.ts';
import { MissedPage } from './missedPage.ts';
import { toWatcherEvent } from './replay.ts';
import { Cursor, type FeedEntry } from './ring.ts';
import { RingReplay } from './ringReplay.ts';
import type { RoomFeed } from './roomFeed.ts';
import { StoreReplay } from './storeReplay.ts';
import type { EventItem, Sink, Watcher } from './watcher.ts';

interface WatchReaderOptions {
  feed: RoomFeed;
  watcher: Watcher;
  /** The changes after it are read. */
  position: Position;
  /** The end of the ring when the watch entered the feed. */
  enteredAtOffset: number;
  /** Ends the watch. */
  signal: AbortSignalLike;
}

/**
 * Reads the items of one watcher after a position, once and in order: from the feed's ring, or from the store while the watcher is behind
 * the ring. Once the watcher is up to date, the item is a handoff to the fan-out.
 */
export class WatchReader {
  readonly #options: WatchReaderOptions;
  readonly #cursor: Cursor;
  readonly #eventPacer: EventPacer;
  /** The watcher has every message up to this `seq`. */
  #knownSeq: number;
  /** Reads the changes that the watcher missed, from the store or from the ring. */
  #replay: StoreReplay | RingReplay | null = null;
  #fanOutWatcher: FanOutWatcher | null = null;
  /** Resolves when the next item may follow. */
  #nextTick: Promise<void> | undefined;
  #isStopped = false;
  /** The events before this offset of the ring were reported to the watcher as unread, or came before the watch. */
  #unreadOffset: number;

  constructor(options: WatchReaderOptions) {
    const { feed, position, enteredAtOffset } = options;
    this.#options = options;
    this.#cursor = new Cursor(position, enteredAtOffset);
    this.#unreadOffset = enteredAtOffset;
    this.#eventPacer = new EventPacer(feed.tickShares);
    this.#knownSeq = position.seq;
  }

  get nextTick(): Promise<void> | undefined {
    return this.#nextTick;
  }

  /** The changes between the position and the head of the feed were missed: they are read at the pace of the replays. */
  replayMissed(): void {
    const { feed, position, enteredAtOffset } = this.#options;
    if (position.seq < feed.headSeq) this.#replay = new RingReplay({ ...this.#replayOptions(), end: enteredAtOffset });
  }

  /** Returns the next item, as a promise only if something was missed. Null if another call is needed, and `wait` if nothing follows yet. */
  next(): Promise<EventItem | MissedPage | null> | EventItem | FanOutWatcher | 'wait' | null {
    return this.#replay ? this.#nextReplayed(this.#replay) : this.#nextInRing();
  }

  /** Stops the fan-out, and skips pages that are not written yet. Called when the watch begins again. */
  stopDelivery(): void {
    this.#isStopped = true;
    this.#fanOutWatcher?.close();
  }

  /** Ends the reader and releases its resources. */
  close(): void {
    this.#replay?.close();
    this.#replay = null;
    this.stopDelivery();
  }

  /** Resolves to the next change that the watcher missed, or a page of them; null at the end of the replay. */
  async #nextReplayed(replay: StoreReplay | RingReplay): Promise<EventItem | MissedPage | null> {
    const next = await replay.next();
    this.#reportUnread();
    const { sink } = this.#options.watcher;
    if (next instanceof EventBatch) return sink ? this.#toMissedPage(next, { replay, sink }) : null;
    if (next && 'event' in next) return this.#toItemOfRing(next);
    if (next) return this.#toItem(next, '', positionOf(next.message));
    this.#replay = null;
    if (replay instanceof StoreReplay) this.#knownSeq = this.#cursor.seq;
    return null;
  }

  /**
   * Reports the events that the feed has while the watcher still receives earlier changes. A replay may take minutes, and reads the store up to its end, with
   * changes that are later than such an event.
   */
  #reportUnread(): void {
    const { feed, watcher } = this.#options;
    if (!watcher.onUnread) return;
    this.#reportLost();
    for (let entry = feed.ring.at(this.#unreadOffset); entry; entry = feed.ring.at(this.#unreadOffset)) {
      this.#unreadOffset += 1;
      watcher.onUnread(entry.event);
    }
  }

  /** Reports if events have left the ring before they were read or reported. */
  #reportLost(): void {
    const { feed, watcher } = this.#options;
    const { oldestOffset } = feed.ring;
    this.#unreadOffset = Math.max(this.#unreadOffset, this.#cursor.offset);
    if (this.#unreadOffset >= oldestOffset) return;
    this.#unreadOffset = oldestOffset;
    watcher.onUnread?.(undefined);
  }

  #toMissedPage(batch: EventBatch, { replay, sink }: { replay: StoreReplay | RingReplay; sink: Sink }): MissedPage {
    const { feed, watcher } = this.#options;
    return new MissedPage({
      ...{ watcher, sink, batch },
      knownSeq: replay instanceof StoreReplay ? 0 : this.#knownSeq, // the events of a StoreReplay are those for this watcher
      // The watch may have ended or begun again while its consumer waited.
      isNext: () => this.#replay === replay && replay.isCurrent && !this.#isStopped && !feed.isReplaced,
      onWritten: (count) => {
        replay.noteReceived(count);
        // The page took the share of one write: the remaining events need their own.
        if (count < batch.entries.length) this.#nextTick = feed.tickShares.acquireLater();
      },
    });
  }

  #replayOptions() {
    const { feed, watcher, signal } = this.#options;
    const { sink, readLimiter } = watcher;
    return { feed, cursor: this.#cursor, readLimiter, signal, inBatches: sink !== undefined };
  }

  /** Returns the next event in the ring, or a handoff. Null when the store must be read. */
  #nextInRing(): EventItem | FanOutWatcher | 'wait' | null {
    this.#reportLost();
    const entry = this.#cursor.next(this.#options.feed.ring);
    if (entry === 'behind') {
      this.#replay = new StoreReplay(this.#replayOptions());
      return null;
    }
    if (entry === undefined) return this.#handOff() ?? 'wait';
    this.#fanOutWatcher = null;
    return this.#toItemOfRing(entry);
  }

  /** Returns a handoff; null without a sink, and if the last handoff was not begun. */
  #handOff(): FanOutWatcher | null {
    const { feed, watcher } = this.#options;
    const { sink } = watcher;
    const cursor = this.#cursor;
    const knownSeq = this.#knownSeq;
    // A watch that read the store ahead of the feed has other positions than the rest until the feed catches up.
    if (!sink || cursor.seq !== feed.headSeq || this.#fanOutWatcher?.hasBegun === false) return null;
    this.#fanOutWatcher = new FanOutWatcher({ watcher, sink, cursor, knownSeq, fanOut: feed.fanOut });
    return this.#fanOutWatcher;
  }

  #toItemOfRing({ event, fromConnectionId }: FeedEntry): EventItem {
    const cursor = this.#cursor;
    const isNew = isChange(event) && cursor.takeUnseenAt(event.message.seq);
    const adapted = isChange(event) ? toWatcherEvent(event, this.#knownSeq, isNew) : event;
    return this.#toItem(adapted, fromConnectionId, cursor.position);
  }

  #toItem(event: BrokerEvent, fromConnectionId: string, position: Position): EventItem {
    this.#nextTick = this.#eventPacer.spend(event);
    return { kind: 'event', event, fromConnectionId, position };
  }
}
