import { type Message, type Position, positionOf } from '@earshot/shared';
import { rejectOnAbort } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import type { TickBatch } from '../async/tickBatch.ts';
import type { TickScheduler } from '../async/tickScheduler.ts';
import { TrailingThrottle } from '../async/trailingThrottle.ts';
import type { Broker, BrokerSubscription } from '../broker/broker.ts';
import type { Logger } from '../observe/logger.ts';
import type { PageLru } from './cache/newestPageCache.ts';
import { RoomCache } from './cache/roomCache.ts';
import { type BrokerEvent, type ChangeEvent, decodeEnvelope, isChange } from './envelope.ts';
import { FanOut } from './fanOut.ts';
import { GapFiller } from './gapFiller.ts';
import { HistoryCheck } from './historyCheck.ts';
import { PendingEchoes } from './pendingEchoes.ts';
import { type FeedEntry, Ring } from './ring.ts';
import { type ReaderContext, RoomReader } from './roomReader.ts';
import { Sequencer } from './sequencer.ts';

export type FeedCount =
  | 'publish_failed'
  | 'bad_payload'
  | 'duplicate_dropped'
  /** Changes that the broker lost or delayed too long, read from the store because a later change revealed the gap. */
  | 'gap_filled'
  /** Changes that the broker lost with none after them, found by comparing positions with the store. */
  | 'healed_by_check'
  /** The store's history of a room differs from the history that its watchers received. */
  | 'history_replaced'
  /** Changes read from the store for one watcher that fell behind the ring. */
  | 'replayed';

/** Context shared by all feeds of an instance. */
export interface FeedContext extends ReaderContext {
  broker: Broker;
  log: Logger;
  count: (name: FeedCount, n?: number) => void;
  /** Requests a comparison of every room's position with the store's. */
  requestCheck: () => void;
  /** Called when the store's history of the room differs from the history that the feed delivered. */
  onReplaced: (feed: RoomFeed) => void;
  gapDelayMs: number;
  readyTimeoutMs: number;
  presenceIntervalMs: number;
  pageLru: PageLru;
  tickBatch: TickBatch;
  scheduler: TickScheduler;
  coalesceThreshold: number;
  sectionSize: number;
  ringSize: number;
}

/**
 * The feed of one room on one instance, for as long as it has watchers. It subscribes to the broker, fills gaps from the store, and keeps
 * the latest entries in a ring that all watchers read. It subscribes before it reads the starting position from the store, so that no
 * change falls between the two.
 */
export class RoomFeed {
  readonly roomId: string;
  readonly ring: Ring;
  /** Delivers to the watchers that are up to date. */
  readonly fanOut: FanOut;
  readonly cache: RoomCache;
  /** Resolves once the position is known; rejects when the store can't be read, and the feed is then unusable. */
  readonly opened: Promise<void>;
  readonly #context: FeedContext;
  readonly #sequencer: Sequencer<FeedEntry>;
  readonly #presenceThrottle: TrailingThrottle<FeedEntry>;
  readonly #subscription: BrokerSubscription;
  readonly #closed = new AbortController();
  /** Waiters of the readers that wait for the next entry. */
  #waiters = new Set<() => void>();
  readonly #reader: RoomReader;
  readonly #gapFiller: GapFiller;
  readonly #historyCheck: HistoryCheck;
  readonly #pendingEchoes = new PendingEchoes();
  #readerCount = 0;
  #isSubscribed = false;
  #hasReadSnapshot = false;
  #badPayloadLogged = false;
  #isReplaced = false;

  constructor(roomId: string, context: FeedContext) {
    this.roomId = roomId;
    this.#context = context;
    this.ring = new Ring(context.ringSize);
    this.fanOut = new FanOut(this.ring, context);
    this.#sequencer = new Sequencer(context.ringSize, (entry) => this.#append(entry));
    this.#presenceThrottle = new TrailingThrottle(context.presenceIntervalMs, (entry) => this.#append(entry));
    this.#reader = new RoomReader(roomId, context, this.#closed.signal);
    this.cache = new RoomCache({
      feed: this,
      snapshot: (limit) => context.store.snapshot(roomId, limit),
      pageLru: context.pageLru,
    });
    this.#historyCheck = new HistoryCheck({
      ring: this.ring,
      lastChange: (seq) => this.#reader.lastChange(seq),
      requestCheck: context.requestCheck,
      onReplaced: () => this.#closeReplaced(),
    });
    this.#gapFiller = new GapFiller({
      sequencer: this.#sequencer,
      reader: this.#reader,
      delayMs: context.gapDelayMs,
      onFilled: context.count,
      verify: () => this.#historyCheck.verify(this.head),
      signal: this.#closed.signal,
    });
    this.#subscription = context.broker.subscribe(roomId, (payload) => this.receive(payload));
    this.opened = this.#open();
    this.opened.catch(() => {}); // the readers that await it receive the rejection; there may be none
  }

  /** Shares turns of the event loop among watchers on the slow path. */
  get scheduler(): TickScheduler {
    return this.#context.scheduler;
  }

  /** Number of changes in a full page of `changesSince`. */
  get pageSize(): number {
    return this.#reader.pageSize;
  }

  /** Whether the subscription to the broker is active. */
  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  /** The number of the latest change delivered. */
  get headSeq(): number {
    return this.#sequencer.headSeq;
  }

  /** The position after the latest change delivered. */
  get head(): Position {
    return this.ring.head;
  }

  /** Whether the store's history was replaced: the feed is then closed, and its readers must switch to a new one. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** Whether every change known to exist has been delivered. */
  get isComplete(): boolean {
    return this.#sequencer.isComplete;
  }

  /** Called before this instance publishes the event as that payload. */
  expectEcho(payload: string, event: BrokerEvent, from: string): void {
    if (isChange(event)) this.#pendingEchoes.add(payload, { event, from });
  }

  /** Takes a payload from the broker, or one that the broker refused. Never throws. */
  receive(payload: string): void {
    if (this.#closed.signal.aborted) return;
    try {
      const { event, from } = this.#pendingEchoes.take(payload) ?? decodeEnvelope(payload);
      if (isChange(event)) this.#receiveChange(event, from);
      else this.#receiveEphemeral({ event, from, position: null });
    } catch (error) {
      this.#context.count('bad_payload');
      if (!this.#badPayloadLogged) this.#context.log.warn({ err: error }, 'feed: a payload could not be read');
      this.#badPayloadLogged = true;
    }
  }

  /** Records that the room was read from the store at `head`. */
  noteHead(headSeq: number): void {
    this.#sequencer.noteKnown(headSeq);
    this.#gapFiller.onProgress();
  }

  /** Compares the store's `head` with `feedHead`, the feed's position when the store was asked. */
  compare({ head, askedAt }: { head: Position; askedAt: number }, feedHead: Position): void {
    if (this.#historyCheck.compare(head, feedHead)) {
      if (head.seq <= this.headSeq) this.cache.onHeadConfirmed(askedAt);
      this.noteHead(head.seq);
    } else {
      this.cache.dropMessages();
    }
  }

  /** Resolves to the newest messages and their position. Rejects when the store fails. */
  async snapshot(history: number): Promise<{ messages: Message[]; head: Position }> {
    // The newest messages are cached from the second snapshot of a room on.
    const cached = await this.cache.snapshot(history, { load: this.#hasReadSnapshot });
    if (cached) return cached;
    const snapshot = await this.#reader.sharedSnapshot(history);
    this.#hasReadSnapshot = true;
    this.cache.noteObserved(snapshot.head.seq);
    this.noteHead(snapshot.head.seq);
    return snapshot;
  }

  /** Resolves to the room's position, at least as new as `headSeq`. Rejects when the store fails. */
  async readHead(): Promise<Position> {
    const head = await this.#reader.sharedHead();
    this.noteHead(head.seq);
    return head.seq > this.headSeq ? head : this.head;
  }

  /** Resolves to the last change with a number up to `seq`, from the ring if it is known there. Rejects when the store fails. */
  async lastChange(seq: number): Promise<Position> {
    return this.ring.lastChange(seq) ?? this.#reader.sharedLastChange(seq);
  }

  /**
   * Reads a page of the changes after `seq`: `fresh`, or `shared` with a concurrent read. Retries while the store fails; rejects when the
   * feed is closed.
   */
  async changesSince(seq: number, how: 'fresh' | 'shared'): Promise<Message[]> {
    const page = await (how === 'shared' ? this.#reader.sharedPage(seq) : this.#reader.page(seq));
    this.#context.count('replayed', page.length);
    return page;
  }

  /** Counts a reader of the ring until it is detached. Returns the end of the ring. */
  attach(): number {
    this.#readerCount += 1;
    return this.ring.end;
  }

  /** Returns the number of remaining readers. */
  detach(): number {
    this.#readerCount -= 1;
    return this.#readerCount;
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
    this.#subscription.unsubscribe();
    this.#presenceThrottle.close();
    this.cache.close();
    this.#historyCheck.close();
  }

  async #open(): Promise<void> {
    await this.#untilSubscribed();
    const head = await this.#reader.head();
    this.ring.startAfter(head);
    for (const { position } of this.#sequencer.start(head.seq))
      if (position) this.#historyCheck.checkReceived(position);
    this.#gapFiller.onProgress();
  }

  /**
   * Waits until the broker delivers, with a timeout for a broker that is unreachable: changes lost until it returns are read from the
   * store.
   */
  async #untilSubscribed(): Promise<void> {
    const { ready } = this.#subscription;
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), this.#context.readyTimeoutMs).unref();
    ready.then(() => {
      this.#isSubscribed = true;
    });
    const outcome = await rejectOnAbort(Promise.race([ready, late.promise]), this.#closed.signal).finally(() =>
      clearTimeout(timer),
    );
    if (outcome === 'late') ready.then(() => this.#context.requestCheck());
  }

  #receiveChange(event: ChangeEvent, from: string): void {
    if (event.message.roomId !== this.roomId) throw new TypeError("a change of another room on this room's channel");
    const position = positionOf(event.message);
    if (this.#sequencer.offer(position.seq, { event, from, position }) === 'duplicate') {
      this.#context.count('duplicate_dropped');
      this.#historyCheck.checkReceived(position);
    }
    this.#gapFiller.onProgress();
  }

  #closeReplaced(): void {
    if (this.#closed.signal.aborted) return;
    this.#isReplaced = true;
    this.#context.onReplaced(this);
    this.close();
    this.fanOut.detachAll();
    this.#wakeWaiters();
  }

  #wakeWaiters(): void {
    if (this.#waiters.size === 0) return;
    const bells = this.#waiters;
    this.#waiters = new Set();
    for (const wake of bells) this.#context.scheduler.run(wake);
  }

  #receiveEphemeral(entry: FeedEntry): void {
    if (entry.event.type === 'member.left') this.cache.onLeave(entry.event.userId);
    if (entry.event.type === 'presence') {
      this.#presenceThrottle.offer(entry);
      return;
    }
    // A pending count is older than the one in these events.
    if (entry.event.type === 'user.joined' || entry.event.type === 'user.left') this.#presenceThrottle.drop();
    this.#append(entry);
  }

  #append(entry: FeedEntry): void {
    this.ring.push(entry);
    if (isChange(entry.event)) {
      const { type, message } = entry.event;
      this.cache.onChange(message);
      if (type === 'message.updated') this.#pendingEchoes.forget(message);
    }
    this.fanOut.onAppend();
    this.#wakeWaiters();
  }
}
