import { emptyPosition, isFullPage, type Message, type Position } from '@earshot/shared';
import { retry } from '../async/retry.ts';
import { SingleFlight } from '../async/singleFlight.ts';
import { TtlCache } from '../async/ttlCache.ts';
import type { Store } from '../store/store.ts';
import { LogPage } from './logPage.ts';
import type { OutageLog } from './outageLog.ts';

export interface ReaderContext {
  /** The store without the caches that the feeds fill. */
  database: Pick<Store, 'snapshot' | 'changesSince' | 'heads' | 'lastChange'>;
  storeOutageLog: OutageLog;
  /** Maximum number of changes in one read. */
  pageSize: number;
  random: () => number;
}

/** Reads for resuming watchers are shared for this time, in milliseconds. */
const sharedMs = 250;
/** Clients who return together have similar positions, and may need several pages. */
const [sharedPagesMax, sharedPositionsMax] = [8, 64];
/** The limit of the next page is at most this many times the number of messages of the last full page. */
const pageGrowth = 1.5;
/** Number of neighbouring positions that share a page: its read begins at the first of them. */
const positionsPerRead = 16;

/** Reads one room's log from the database for its feed. Concurrent reads are shared where the caller allows it. */
export class FeedReader {
  readonly #roomId: string;
  readonly #context: ReaderContext;
  readonly #signal: AbortSignal;
  readonly #snapshots = new SingleFlight((history: number) => this.#context.database.snapshot(this.#roomId, history));
  readonly #pages = new TtlCache<LogPage>({ ttlMs: sharedMs, max: sharedPagesMax });
  #forgetTimer: NodeJS.Timeout | undefined;
  /** The limit of the next page. A store may read all messages up to the limit before it knows that fewer fill the page. */
  #pageLimit: number;
  readonly #lastChanges = new TtlCache<Position>({ ttlMs: sharedMs, max: sharedPositionsMax });
  readonly #heads = new SingleFlight((_: 'head') => this.head());

  constructor(roomId: string, context: ReaderContext, signal: AbortSignal) {
    this.#roomId = roomId;
    this.#context = context;
    this.#signal = signal;
    this.#pageLimit = context.pageSize;
  }

  /** Resolves to the position of the room's latest change. Rejects when the store fails. */
  async head(): Promise<Position> {
    const heads = await this.#context.database.heads([this.#roomId]);
    return heads.get(this.#roomId) ?? emptyPosition;
  }

  /** Like `head`, shared with a concurrent read. */
  sharedHead(): Promise<Position> {
    return this.#heads.get('head');
  }

  /** Resolves to the newest messages and their position, shared with a concurrent read. Rejects when the store fails. */
  sharedSnapshot(history: number): Promise<{ messages: Message[]; head: Position }> {
    return this.#snapshots.get(history);
  }

  /** Resolves to the last change with a number up to `seq`, shared like `sharedPage`. Rejects when the store fails. */
  sharedLastChange(seq: number): Promise<Position> {
    return this.#lastChanges.get(String(seq), () => this.#context.database.lastChange(this.#roomId, seq));
  }

  /** Like `sharedLastChange`, but always a new read. Retries while the store fails; rejects when the signal aborts. */
  lastChange(seq: number): Promise<Position> {
    return this.#untilRead(() => this.#context.database.lastChange(this.#roomId, seq));
  }

  /** Reads a page of the changes after `seq`. Retries while the store fails; rejects when the signal aborts. */
  async page(seq: number): Promise<LogPage> {
    const { database, pageSize } = this.#context;
    const limit = this.#pageLimit;
    const messages = await this.#untilRead(() => database.changesSince(this.#roomId, seq, limit));
    const isLast = !isFullPage(messages, limit);
    this.#pageLimit = isLast ? pageSize : Math.min(pageSize, Math.ceil(pageGrowth * messages.length));
    return new LogPage({ messages, isLast, readAt: performance.now() });
  }

  /**
   * Like `page`, but may return a recent read, unless the room has changed since: clients who return together cause a few reads, and share the
   * encoded messages. With `notBefore` (from `performance.now()`), reads that began earlier are not reused. Without it, the read serves similar
   * positions too, so a page that is not the last may have fewer changes than usual, or none.
   */
  async sharedPage(seq: number, notBefore: number | null): Promise<LogPage> {
    if (notBefore !== null) return this.#cachedPage(seq, notBefore);
    const page = await this.#cachedPage(seq - (seq % positionsPerRead));
    return page.after(seq);
  }

  /** Must be called when the room has changed, and when the feed is closed. */
  forgetShared(): void {
    if (this.#pages.size > 0) this.#pages.clear();
    if (this.#lastChanges.size > 0) this.#lastChanges.clear();
    clearTimeout(this.#forgetTimer);
    this.#forgetTimer = undefined;
  }

  #cachedPage(seq: number, notBefore?: number): Promise<LogPage> {
    return this.#pages.get(String(seq), () => this.#readForCache(seq), notBefore);
  }

  /** Pages may be long, so they stay in memory only while they are shared. */
  async #readForCache(seq: number): Promise<LogPage> {
    const page = await this.page(seq);
    if (!this.#signal.aborted) this.#forgetTimer ??= setTimeout(() => this.forgetShared(), sharedMs).unref();
    return page;
  }

  #untilRead<T>(ask: () => Promise<T>): Promise<T> {
    const { storeOutageLog, random } = this.#context;
    const read = async () => {
      const found = await ask();
      storeOutageLog.onSuccess();
      return found;
    };
    return retry(read, { signal: this.#signal, onFailure: (error) => storeOutageLog.onFailure(error), random });
  }
}
