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
  /** The position of the watcher; moved over the changes that it received. */
  cursor: Cursor;
  /** The end of the ring when the watcher entered the feed. */
  end: number;
  readLimiter: ReadLimiter | undefined;
  signal: AbortSignalLike;
}

/** Reads the changes that a watcher missed from the ring in pages, as long as it receives whole pages. What is left is read one by one. */
export class RingReplay {
  readonly #options: RingReplayOptions;
  #page: EventBatch | null = null;
  /** The head of the feed when the page was read. */
  #headSeq = 0;
  /** Number of changes of the page that the watcher has not received. */
  #left = 0;

  constructor(options: RingReplayOptions) {
    this.#options = options;
  }

  /** Whether the page is as the ring has it: a newer change may have replaced the text of one in it. */
  get isCurrent(): boolean {
    return this.#options.feed.headSeq === this.#headSeq;
  }

  /** Resolves to the next page; null if the rest must be read one by one. Rejects when the signal aborts. */
  async next(): Promise<EventBatch | null> {
    const { feed, cursor, end, signal } = this.#options;
    // The next page would update a message that the last one left out as superseded, although the watcher never saw it.
    this.#page = this.#left > 0 || cursor.hasUnseen ? null : feed.missedInRing(cursor.position, end);
    if (this.#page === null) return null;
    this.#left = this.#page.entries.length;
    this.#headSeq = feed.headSeq;
    await rejectOnAbort(feed.tickShares.acquireLater(tickShareOf(messagesOf(this.#page.entries)) * batchShare), signal);
    return this.#page;
  }

  /** Records that the watcher received the first changes of the page. */
  skip(count: number): void {
    const { cursor, readLimiter } = this.#options;
    const received = this.#page?.entries.slice(0, count) ?? [];
    cursor.advanceOver(received);
    readLimiter?.noteReplayed(messagesOf(received));
    this.#left -= count;
  }
}

const messagesOf = (entries: readonly FeedEntry[]) =>
  entries.flatMap(({ event }) => (isChange(event) ? event.message : []));
