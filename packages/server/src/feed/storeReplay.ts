import { positionOf } from '@earshot/shared';
import { delay, rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { TickShares } from '../async/tickShares.ts';
import { isFromBefore } from './cache/expiredBefore.ts';
import type { ChangeEvent } from './envelope.ts';
import { EventBatch } from './eventBatch.ts';
import { tickShareOf } from './eventPacer.ts';
import type { LogPage } from './logPage.ts';
import { Replay } from './replay.ts';
import type { Cursor, Ring } from './ring.ts';
import type { PagePermit, ReadLimiter } from './watcher.ts';

/** The part of a feed that a replay reads. */
interface ReplayedFeed {
  readonly ring: Ring;
  readonly tickShares: TickShares;
  readonly isReplaced: boolean;
  /** The time before which the room's messages have expired; null: they do not expire. */
  readonly expiredBefore: number | null;
  changesSince(seq: number, notBefore: number | null): Promise<LogPage>;
}

interface StoreReplayOptions {
  feed: ReplayedFeed;
  /** The position of the watcher; moved with every change. */
  cursor: Cursor;
  readLimiter: Pick<ReadLimiter, 'acquirePage'> | undefined;
  signal: AbortSignalLike;
  /** Whether the watcher can receive whole pages. */
  inBatches: boolean;
}

/** A page that is written as a whole takes this fraction of the time that its events take one by one. */
export const batchShare = 1 / 8;

/** Milliseconds to wait for a store that is behind the ring. */
const storeLagMs = 250;

/** Reads the changes after a watcher's position from the store to its end, page by page, as fast as the watcher consumes them. */
export class StoreReplay {
  /** A page from the store may be written although there are newer changes: they follow it. */
  readonly isCurrent = true;
  readonly #options: StoreReplayOptions;
  readonly #replay: Replay;
  /** The changes of the page. */
  #events: readonly ChangeEvent[] = [];
  #index = 0;
  /** When the read of the page ended, from `performance.now()`; null before the first. */
  #readAt: number | null = null;
  #isLastPage = false;
  /** Released once the watcher has received the page. */
  #permit: PagePermit | undefined;

  constructor(options: StoreReplayOptions) {
    const { cursor } = options;
    this.#options = options;
    this.#replay = new Replay(cursor.seq, cursor.takeUnseen());
  }

  /**
   * Resolves to the next change, or to a whole page if the watcher can receive it as a batch; null at the end of the store. Rejects when the signal
   * aborts.
   */
  async next(): Promise<ChangeEvent | EventBatch | null> {
    while (this.#index === this.#events.length) {
      this.close();
      if (this.#isLastPage) return null;
      const batch = await this.#readPage();
      if (batch) return batch;
    }
    const event = this.#events[this.#index];
    if (event) this.noteReceived(1);
    return event ?? null;
  }

  /** Records that the watcher received the next changes. */
  noteReceived(count: number): void {
    this.#index += count;
    const last = this.#events[this.#index - 1];
    if (last) this.#options.cursor.advanceTo(positionOf(last.message));
  }

  /** Ends the current page. */
  close(): void {
    this.#permit?.release();
    this.#permit = undefined;
  }

  /** Resolves to the page as a batch if the watcher can receive it as a whole. */
  async #readPage(): Promise<EventBatch | undefined> {
    const { feed, cursor, readLimiter, signal, inBatches } = this.#options;
    const readAt = this.#readAt;
    // Earlier events took their own share of this tick, and the page takes another.
    if (readAt !== null) await rejectOnAbort(feed.tickShares.acquireLater(), signal);
    const permit = await readLimiter?.acquirePage(signal);
    // Only the first page may be older than the request. If a later page were older than the one before it, a message that moved between
    // the two would be on neither.
    try {
      const page = await rejectOnAbort(feed.changesSince(cursor.seq, readAt), signal);
      const { messages } = page;
      // Changes that left the ring while the watcher received them from it are charged already.
      permit?.charge(messages.filter(({ updatedSeq }) => updatedSeq > cursor.chargedSeq));
      this.#readAt = page.readAt;
      const { expiredBefore } = feed;
      const isExpired = messages.some((message) => isFromBefore(message, expiredBefore));
      const isBatch = inBatches && messages.length > 1 && !isExpired;
      const share = tickShareOf(messages) * (isBatch ? batchShare : 1);
      if (messages.length > 0) await rejectOnAbort(feed.tickShares.acquireLater(share), signal);
      const isEnd = page.isLast && messages.length === 0;
      // The ring is ahead of the store. This can't last, unless the store was restored, which the hub detects.
      if (isEnd && cursor.seq < feed.ring.floorSeq) await delay(storeLagMs, signal);
      signal.throwIfAborted();
      this.#events = messages.map((message) => this.#replay.event(message));
      this.#index = 0;
      this.#isLastPage = page.isLast || feed.isReplaced;
      this.#permit = permit;
      return isBatch ? this.#batchOf(page) : undefined;
    } catch (error) {
      permit?.release();
      throw error;
    }
  }

  #batchOf(page: LogPage): EventBatch {
    const events = this.#events;
    const known = page.sharedBatch;
    // Two watchers need different events for a message that is new for only one of them: their positions or earlier pages differ.
    if (known?.entries.every(({ event }, i) => event.type === events[i]?.type)) return known;
    const entries = events.map((event) => ({ event, fromConnectionId: '', position: positionOf(event.message) }));
    const batch = new EventBatch(entries, { offset: 0, position: this.#options.cursor.position });
    page.sharedBatch ??= batch;
    return batch;
  }
}
