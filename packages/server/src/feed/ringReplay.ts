import type { Position } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { TickShares } from '../async/tickShares.ts';
import { isChange } from './envelope.ts';
import type { EventBatch } from './eventBatch.ts';
import { tickShareOf } from './eventPacer.ts';
import type { Cursor, FeedEntry } from './ring.ts';
import { batchShare } from './storeReplay.ts';
import type { ReadLimiter } from './watcher.ts';

/** The part of a feed that the replay reads. */
interface ReplayedRing {
  readonly tickShares: TickShares;
  readonly headSeq: number;
  missedInRing(position: Position, end: number): EventBatch | null;
}

interface RingReplayOptions {
  feed: ReplayedRing;
  /** The position of the watcher; moved by the changes that it receives. */
  cursor: Cursor;
  /** The end of the ring when the watcher entered the feed. */
  end: number;
  readLimiter: ReadLimiter | undefined;
  signal: AbortSignalLike;
}

/** Reads the changes that a watcher missed from the ring, page by page, until the watcher does not receive a whole page. The rest is read one by one. */
export class RingReplay {
  readonly #options: RingReplayOptions;
  #page: EventBatch | null = null;
  /** The head of the feed when the page was read. */
  #headSeq = 0;
  /** Number of changes in the page that the watcher has not received. */
  #unreceived = 0;

  constructor(options: RingReplayOptions) {
    this.#options = options;
  }

  /** False if the room has changed since the page was read: the change may replace a text in the page. */
  get isCurrent(): boolean {
    return this.#options.feed.headSeq === this.#headSeq;
  }

  /** Resolves to the next page; null if the rest must be read one by one. Rejects when the signal aborts. */
  async next(): Promise<EventBatch | null> {
    const { feed, cursor, end, signal } = this.#options;
    // The next page would update a message that the last one left out as superseded, although the watcher never saw it.
    this.#page = this.#unreceived > 0 || cursor.hasUnseen ? null : feed.missedInRing(cursor.position, end);
    if (this.#page === null) return null;
    this.#unreceived = this.#page.entries.length;
    this.#headSeq = feed.headSeq;
    await rejectOnAbort(feed.tickShares.acquireLater(tickShareOf(messagesOf(this.#page.entries)) * batchShare), signal);
    return this.#page;
  }

  /** Records that the watcher received the first changes of the page. */
  noteReceived(count: number): void {
    const { cursor, readLimiter } = this.#options;
    const received = this.#page?.entries.slice(0, count) ?? [];
    cursor.advanceOver(received);
    readLimiter?.noteReplayed(messagesOf(received));
    this.#unreceived -= count;
  }
}

const messagesOf = (entries: readonly FeedEntry[]) =>
  entries.flatMap(({ event }) => (isChange(event) ? event.message : []));
