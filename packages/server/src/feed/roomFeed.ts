import { emptyPosition, type GivenPosition, isInHistory, limits, type Message, type Position } from '@earshot/shared';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { TickShares } from '../async/tickShares.ts';
import type { LoggedMessage } from '../store/store.ts';
import { BrokerConsumer } from './brokerConsumer.ts';
import { unexpired } from './cache/expiredBefore.ts';
import { RoomCache } from './cache/roomCache.ts';
import { isChange } from './envelope.ts';
import type { EventBatch } from './eventBatch.ts';
import { FanOut } from './fanOut.ts';
import type { FeedContext } from './feedContext.ts';
import { FeedReader } from './feedReader.ts';
import type { LogPage } from './logPage.ts';
import { type FeedEntry, Ring } from './ring.ts';
import { RingBatches } from './ringBatches.ts';

/** The newest messages of a room, and its position. */
interface Snapshot {
  messages: Message[];
  head: Position;
}

/**
 * The feed of one room on one instance, for as long as it has watchers: it keeps the latest entries in a ring that all watchers read, and
 * reads older changes from the store.
 */
export class RoomFeed {
  readonly roomId: string;
  readonly ring: Ring;
  /** Delivers to the watchers that are up to date. */
  readonly fanOut: FanOut;
  readonly consumer: BrokerConsumer;
  readonly cache: RoomCache;
  /** Resolves once the position is known; rejects when the store can't be read, and the feed is then unusable. */
  readonly opened: Promise<void>;
  readonly #context: FeedContext;
  readonly #reader: FeedReader;
  readonly #ringBatches: RingBatches;
  readonly #onReplaced: (feed: RoomFeed) => void;
  readonly #closed = new AbortController();
  /** Waiters of the watchers that wait for the next entry. */
  #waiters = new Set<() => void>();
  #watcherCount = 0;
  #hasReadSnapshot = false;
  #isOpen = false;
  #isReplaced = false;

  /** `onReplaced`: called when the store's history of the room differs from the history that the feed delivered. */
  constructor(roomId: string, context: FeedContext, onReplaced: (feed: RoomFeed) => void) {
    this.roomId = roomId;
    this.#context = context;
    this.#onReplaced = onReplaced;
    this.ring = new Ring(context.ringSize);
    this.#ringBatches = new RingBatches(this.ring);
    this.fanOut = new FanOut(this.ring, context);
    this.#reader = new FeedReader(roomId, context, this.#closed.signal);
    this.consumer = new BrokerConsumer({
      ...{ roomId, context, ring: this.ring, reader: this.#reader },
      watcherCount: () => this.#watcherCount,
      deliver: (entry) => this.#append(entry),
      onReplaced: () => this.#closeReplaced(),
      signal: this.#closed.signal,
    });
    this.cache = new RoomCache({
      feed: this.consumer,
      snapshot: (limit) => context.database.snapshot(roomId, limit),
      pageLru: context.pageLru,
      expiredBefore: () => this.expiredBefore,
    });
    this.opened = this.consumer.start();
    this.opened.then(
      () => {
        this.#isOpen = true;
      },
      () => {}, // the watchers that await it receive the rejection; there may be none
    );
  }

  /** Whether `opened` has resolved. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Shares ticks of the event loop among watchers on the slow path. */
  get tickShares(): TickShares {
    return this.#context.tickShares;
  }

  /** The time before which the room's messages have expired; null: they do not expire. */
  get expiredBefore(): number | null {
    return this.#context.expiredBefore(this.roomId);
  }

  /** The number of the latest change delivered. */
  get headSeq(): number {
    return this.consumer.headSeq;
  }

  /** The position after the latest change delivered. */
  get head(): Position {
    return this.ring.head;
  }

  /** Whether the store's history was replaced: the feed is then closed, and its watchers must switch to a new one. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** Compares the store's `head` with `feedHead`, the feed's position when the store was asked. */
  compare({ head, askedAt }: { head: Position; askedAt: number }, feedHead: Position): void {
    if (this.consumer.compare(head, feedHead)) {
      if (head.seq <= this.headSeq) this.cache.onHeadConfirmed(askedAt);
      this.consumer.noteHead(head.seq);
    } else {
      this.cache.dropMessages();
      this.#forgetShared();
    }
  }

  /** Resolves to the newest messages and their position. Rejects when the store fails. */
  async snapshot(history: number): Promise<Snapshot> {
    // The newest messages are cached from the second snapshot of a room on.
    const cached = await this.cache.snapshot(history, { load: this.#hasReadSnapshot });
    const snapshot = cached ?? (await this.#reader.sharedSnapshot(history));
    this.#hasReadSnapshot = true;
    return this.#noteSnapshot(snapshot);
  }

  /** The same as `snapshot` from memory; undefined if that needs a read of the store. */
  cachedSnapshot(history: number): Snapshot | undefined {
    const cached = this.cache.cachedSnapshot(history);
    return cached && this.#noteSnapshot(cached);
  }

  #noteSnapshot({ messages, head }: Snapshot): Snapshot {
    this.cache.noteObserved(head.seq);
    this.consumer.noteHead(head.seq);
    return { messages: unexpired(messages, this.expiredBefore), head };
  }

  /**
   * Resolves to the position to resume from; null if too many changes were missed or the history was replaced since. Rejects when the store
   * fails.
   */
  async resumePosition({ seq, time }: GivenPosition): Promise<Position | null> {
    const head = seq <= this.headSeq ? this.head : await this.#readHead();
    if (seq > head.seq || head.seq - seq > limits.missedChangesMax) return null;
    if (seq === 0) return emptyPosition;
    const found = seq === head.seq ? head : (this.ring.lastChange(seq) ?? (await this.#reader.sharedLastChange(seq)));
    if (time === null) return { seq, time: found.time };
    return isInHistory({ seq, time }, found) ? { seq, time } : null;
  }

  /**
   * Reads a page of the changes after `seq`, shared with other recent reads; with `notBefore`, only with those that began after this time (from
   * `performance.now()`). Retries while the store fails; rejects when the feed is closed.
   */
  async changesSince(seq: number, notBefore: number | null): Promise<LogPage> {
    const page = await this.#reader.sharedPage(seq, notBefore);
    this.#context.count('replayed', page.messages.length);
    return page;
  }

  /** The changes that a watcher missed, if they are in the ring before the offset `end`; see `RingBatches`. */
  missedInRing(position: Position, end: number): EventBatch | null {
    return this.#ringBatches.after(position, end, this.expiredBefore);
  }

  /** Counts a watcher until it is removed. Returns the end of the ring. */
  addWatcher(): number {
    this.#watcherCount += 1;
    return this.ring.end;
  }

  /** Returns the number of remaining watchers. */
  removeWatcher(): number {
    this.#watcherCount -= 1;
    return this.#watcherCount;
  }

  /** Resolves when the next entry is appended, or when the signal aborts. */
  waitForAppend(signal: AbortSignalLike): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => {
      signal.removeEventListener('abort', wake);
      this.#waiters.delete(wake);
      resolve();
    };
    this.#waiters.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    return promise;
  }

  close(): void {
    this.#closed.abort();
    this.#forgetShared();
    this.consumer.close();
    this.cache.close();
  }

  /** Resolves to the room's position, at least as new as `headSeq`. */
  async #readHead(): Promise<Position> {
    const head = await this.#reader.sharedHead();
    this.consumer.noteHead(head.seq);
    return head.seq > this.headSeq ? head : this.head;
  }

  #append(entry: FeedEntry): void {
    const { event } = entry;
    this.ring.push(entry);
    if (isChange(event)) this.#onChange(event.message);
    else if (event.type === 'member.left') this.cache.onLeave(event.userId);
    else if (event.type === 'room.removed') this.cache.onRemoved();
    this.fanOut.onAppend();
    this.#wakeWaiters();
  }

  #onChange(message: LoggedMessage): void {
    this.cache.onChange(message);
    this.#forgetShared();
  }

  #forgetShared(): void {
    this.#reader.forgetShared();
    this.#ringBatches.forget();
  }

  #closeReplaced(): void {
    if (this.#closed.signal.aborted) return;
    this.#isReplaced = true;
    this.#onReplaced(this);
    this.close();
    this.fanOut.detachAll();
    this.#wakeWaiters();
  }

  #wakeWaiters(): void {
    if (this.#waiters.size === 0) return;
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const wake of waiters) this.#context.tickShares.run(wake);
  }
}
