import type { Message, Position } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { TickShares } from '../async/tickShares.ts';
import { isChange } from './envelope.ts';
import type { EventBatch } from './eventBatch.ts';
import { tickShareOf } from './eventPacer.ts';
import { MissedReactions } from './missedReactions.ts';
import type { Cursor, FeedEntry, Ring } from './ring.ts';
import { firstPage } from './ringBatches.ts';
import { batchShare } from './storeReplay.ts';
import type { PagePermit, ReadLimiter } from './watcher.ts';

/** The part of a feed that the replay reads. */
interface ReplayedRing {
  readonly ring: Ring;
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
  /** Whether the watcher can receive whole pages. */
  inBatches: boolean;
}

/**
 * Reads the changes that a watcher missed from the ring: page by page, until the watcher does not receive a whole page, and the rest one by one.
 * A page must be affordable before any of it is delivered, as in a `StoreReplay`.
 */
export class RingReplay {
  readonly #options: RingReplayOptions;
  /** The last change that the watcher missed. */
  readonly #endSeq: number;
  readonly #reactions: MissedReactions;
  #page: EventBatch | null = null;
  /** The head of the feed when the page was read. */
  #headSeq = 0;
  /** Number of changes in the page that the watcher has not received. */
  #unreceived = 0;
  /** Released once the watcher has received the changes that are charged. */
  #permit: PagePermit | undefined;

  constructor(options: RingReplayOptions) {
    this.#options = options;
    this.#endSeq = options.feed.headSeq;
    this.#reactions = new MissedReactions(options.cursor.seq);
  }

  /** False if the room has changed since the page was read: the change may replace a text in the page. */
  get isCurrent(): boolean {
    return this.#options.feed.headSeq === this.#headSeq;
  }

  /** Resolves to the next page or entry; null at the end, and if the rest is not in the ring. Rejects when the signal aborts. */
  async next(): Promise<EventBatch | FeedEntry | null> {
    const { feed, cursor, end, inBatches } = this.#options;
    if (cursor.seq < cursor.chargedSeq) return this.#nextEntry();
    this.close();
    if (cursor.seq >= this.#endSeq || cursor.seq < feed.ring.floorSeq) return null;
    const { readLimiter, signal } = this.#options;
    this.#permit = readLimiter?.tryAcquirePage();
    if (readLimiter && !this.#permit) {
      this.#permit = await readLimiter.acquirePage(signal);
      if (signal.aborted) this.close();
      signal.throwIfAborted();
      // Changes may have left the ring meanwhile: a charge for the later ones would let the store's replay deliver them for nothing.
      if (cursor.seq < feed.ring.floorSeq) {
        this.close();
        return null;
      }
    }
    // The next page would update a message that the last one left out as superseded, although the watcher never saw it.
    const isWhole = inBatches && this.#unreceived === 0 && !cursor.hasUnseen;
    const page = isWhole ? feed.missedInRing(cursor.position, end) : null;
    if (page) return this.#takePage(page);
    const missed = feed.ring.changesBetween(cursor.seq, feed.ring.end);
    this.#charge(firstPage(missed.filter(({ position }) => position !== null && position.seq <= this.#endSeq)));
    return this.#nextEntry();
  }

  /** Records that the watcher received the first changes of the page. */
  noteReceived(count: number): void {
    this.#options.cursor.advanceOver(this.#page?.entries.slice(0, count) ?? []);
    this.#unreceived -= count;
  }

  /** Ends the current page. */
  close(): void {
    this.#permit?.release();
    this.#permit = undefined;
  }

  async #takePage(page: EventBatch): Promise<EventBatch> {
    const { feed, signal } = this.#options;
    this.#page = page;
    this.#unreceived = page.entries.length;
    this.#headSeq = feed.headSeq;
    const messages = this.#charge(page.entries);
    await rejectOnAbort(feed.tickShares.acquireLater(tickShareOf(messages) * batchShare), signal);
    return page;
  }

  #nextEntry(): FeedEntry | null {
    const entry = this.#options.cursor.next(this.#options.feed.ring);
    if (entry !== undefined && entry !== 'behind') return this.#reactions.withMessage(entry);
    this.close();
    return null;
  }

  /** Returns the messages of the entries. */
  #charge(entries: readonly FeedEntry[]): Message[] {
    const messages = entries.flatMap(({ event }) => (isChange(event) ? event.message : []));
    this.#permit?.charge(messages);
    this.#options.cursor.chargedSeq = entries.at(-1)?.position?.seq ?? 0;
    return messages;
  }
}
