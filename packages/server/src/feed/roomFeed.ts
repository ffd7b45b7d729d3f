import { type Message, type Position, positionOf } from '@earshot/shared';
import type { Broker, BrokerSubscription } from '../broker/broker.ts';
import type { Logger } from '../observe/logger.ts';
import { unlessAborted } from './abort.ts';
import { Echoes } from './echoes.ts';
import { type BrokerEvent, type ChangeEvent, decodeEnvelope, isChange } from './envelope.ts';
import { FanOut } from './fanOut.ts';
import { GapFiller } from './gapFiller.ts';
import { HistoryCheck } from './historyCheck.ts';
import { KnownMembers } from './knownMembers.ts';
import { Latest } from './latest.ts';
import { Newest, type Tails } from './newest.ts';
import { type Entry, Ring } from './ring.ts';
import { type ReaderContext, RoomReader } from './roomReader.ts';
import { Sequencer } from './sequencer.ts';
import type { Signal } from './stop.ts';
import type { Turn } from './turn.ts';
import type { TurnShare } from './turnShare.ts';

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
  gapPatienceMs: number;
  readyPatienceMs: number;
  presenceIntervalMs: number;
  tails: Tails;
  turn: Turn;
  share: TurnShare;
  crowd: number;
  sectionSize: number;
  ringSize: number;
}

/** Milliseconds for which the head of the log stays valid after a comparison with the store, if no event arrives. */
const endHoldsFor = 5_000;

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
  /** Cache of the newest messages. */
  readonly newest: Newest;
  readonly members = new KnownMembers();
  /** Resolves once the position is known; rejects when the store can't be read, and the feed is then unusable. */
  readonly opened: Promise<void>;
  readonly #context: FeedContext;
  readonly #sequencer: Sequencer<Entry>;
  readonly #presence: Latest<Entry>;
  readonly #subscription: BrokerSubscription;
  readonly #closed = new AbortController();
  /** Waiters of the readers that wait for the next entry. */
  #bells = new Set<() => void>();
  readonly #reader: RoomReader;
  readonly #gaps: GapFiller;
  readonly #history: HistoryCheck;
  readonly #echoes = new Echoes();
  #readers = 0;
  #hears = false;
  #snapshotRead = false;
  #badPayloadLogged = false;
  #replaced = false;
  /** The change delivered last. */
  #latest: Message | undefined;
  /** When the store was last asked and had no change that is missing here. */
  #upToDateAt = Number.NEGATIVE_INFINITY;

  constructor(roomId: string, context: FeedContext) {
    this.roomId = roomId;
    this.#context = context;
    this.ring = new Ring(context.ringSize);
    this.fanOut = new FanOut(this.ring, context);
    this.#sequencer = new Sequencer(context.ringSize, (entry) => this.#append(entry));
    this.#presence = new Latest(context.presenceIntervalMs, (entry) => this.#append(entry));
    this.#reader = new RoomReader(roomId, context, this.#closed.signal);
    this.newest = new Newest({
      ring: this.ring,
      sequencer: this.#sequencer,
      snapshot: (limit) => context.store.snapshot(roomId, limit),
      tails: context.tails,
    });
    this.#history = new HistoryCheck({
      ring: this.ring,
      lastChange: (seq) => this.#reader.lastChange(seq),
      requestCheck: context.requestCheck,
      onReplaced: () => this.#replace(),
    });
    this.#gaps = new GapFiller({
      sequencer: this.#sequencer,
      reader: this.#reader,
      patienceMs: context.gapPatienceMs,
      onFilled: context.count,
      verify: () => this.#history.verify(this.position),
      signal: this.#closed.signal,
    });
    this.#subscription = context.broker.subscribe(roomId, (payload) => this.receive(payload));
    this.opened = this.#open();
    this.opened.catch(() => {}); // the readers that await it receive the rejection; there may be none
  }

  /** Shares turns of the event loop among watchers on the slow path. */
  get share(): TurnShare {
    return this.#context.share;
  }

  /** Number of changes in a full page of `changesSince`. */
  get pageSize(): number {
    return this.#reader.pageSize;
  }

  /** Whether the subscription to the broker is active. */
  get hears(): boolean {
    return this.#hears;
  }

  /** The number of the latest change delivered. */
  get last(): number {
    return this.#sequencer.last;
  }

  /** The position after the latest change delivered. */
  get position(): Position {
    return this.ring.head;
  }

  /** Whether the store's history was replaced: the feed is then closed, and its readers must switch to a new one. */
  get replaced(): boolean {
    return this.#replaced;
  }

  /**
   * The message at the head of the room's log, at most `headTtlMs` old. Undefined if it is unknown, or if the head is a change of an
   * older message: that may be one of several changes in one write, and no number may be assigned in the middle of a write.
   */
  get end(): Message | undefined {
    const { seq, updatedSeq } = this.#latest ?? {};
    if (seq !== updatedSeq || !this.#sequencer.complete) return undefined;
    return performance.now() - this.#upToDateAt < endHoldsFor ? this.#latest : undefined;
  }

  /** Called before this instance publishes the event as that payload. */
  willHear(payload: string, event: BrokerEvent, from: string): void {
    if (isChange(event)) {
      this.#echoes.add(payload, { event, from });
      this.newest.told(event.message.updatedSeq);
    } else if (event.type === 'member.left') {
      this.members.left(event.userId);
    }
  }

  /** Takes a payload from the broker, or one that the broker refused. Never throws. */
  receive(payload: string): void {
    if (this.#closed.signal.aborted) return;
    try {
      const { event, from } = this.#echoes.take(payload) ?? decodeEnvelope(payload);
      if (isChange(event)) this.#receiveChange(event, from);
      else this.#receivePassing({ event, from, position: null });
    } catch (error) {
      this.#context.count('bad_payload');
      if (!this.#badPayloadLogged) this.#context.log.warn({ err: error }, 'feed: a payload could not be read');
      this.#badPayloadLogged = true;
    }
  }

  /** Records that the room was read from the store at `head`. */
  expect(head: number): void {
    this.#sequencer.expect(head);
    this.#gaps.watch();
  }

  /** Compares the store's `head` with `feedHead`, the feed's position when the store was asked. */
  compare({ head, askedAt }: { head: Position; askedAt: number }, last: Position): void {
    if (this.#history.compare(head, last)) {
      if (head.seq <= this.last) this.#upToDateAt = askedAt;
      this.expect(head.seq);
    } else {
      this.newest.drop();
      this.#latest = undefined;
    }
  }

  /** Clears the cached members and the head of the log, because the broker may have lost an event. */
  interrupted(): void {
    this.members.forget();
    this.#upToDateAt = Number.NEGATIVE_INFINITY;
  }

  /** Resolves to the newest messages and their position. Rejects when the store fails. */
  async snapshot(history: number): Promise<{ messages: Message[]; head: Position }> {
    // The newest messages are cached from the second snapshot of a room on.
    if (this.#snapshotRead) await this.newest.make();
    const { tail } = this.newest;
    if (tail) return { messages: tail.page(history).messages, head: tail.head };
    const snapshot = await this.#reader.sharedSnapshot(history);
    this.#snapshotRead = true;
    this.newest.told(snapshot.head.seq);
    this.expect(snapshot.head.seq);
    return snapshot;
  }

  /** Resolves to the room's position, at least as new as `headSeq`. Rejects when the store fails. */
  async head(): Promise<Position> {
    const head = await this.#reader.sharedHead();
    this.expect(head.seq);
    return head.seq > this.last ? head : this.position;
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
    this.#readers += 1;
    return this.ring.end;
  }

  /** Returns the number of remaining readers. */
  detach(): number {
    this.#readers -= 1;
    return this.#readers;
  }

  /** Resolves when the next entry is appended, or when the signal aborts. */
  grown(signal: Signal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const ring = () => {
      signal.removeEventListener('abort', ring);
      this.#bells.delete(ring);
      resolve();
    };
    this.#bells.add(ring);
    signal.addEventListener('abort', ring, { once: true });
    return promise;
  }

  close(): void {
    this.#closed.abort();
    this.#subscription.unsubscribe();
    this.#presence.close();
    this.newest.close();
    this.#history.close();
  }

  async #open(): Promise<void> {
    await this.#subscribed();
    const head = await this.#reader.head();
    this.ring.startAfter(head);
    for (const { position } of this.#sequencer.start(head.seq)) if (position) this.#history.hint(position);
    this.#gaps.watch();
  }

  /**
   * Waits until the broker delivers, with a timeout for a broker that is unreachable: changes lost until it returns are read from the
   * store.
   */
  async #subscribed(): Promise<void> {
    const { ready } = this.#subscription;
    const late = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => late.resolve('late'), this.#context.readyPatienceMs).unref();
    ready.then(() => {
      this.#hears = true;
    });
    const outcome = await unlessAborted(Promise.race([ready, late.promise]), this.#closed.signal).finally(() =>
      clearTimeout(timer),
    );
    if (outcome === 'late') ready.then(() => this.#context.requestCheck());
  }

  #receiveChange(event: ChangeEvent, from: string): void {
    if (event.message.roomId !== this.roomId) throw new TypeError("a change of another room on this room's channel");
    const position = positionOf(event.message);
    if (this.#sequencer.offer(position.seq, { event, from, position }) === 'duplicate') {
      this.#context.count('duplicate_dropped');
      this.#history.hint(position);
    }
    this.#gaps.watch();
  }

  #replace(): void {
    if (this.#closed.signal.aborted) return;
    this.#replaced = true;
    this.#context.onReplaced(this);
    this.close();
    this.fanOut.dismiss();
    this.#ringBells();
  }

  #ringBells(): void {
    if (this.#bells.size === 0) return;
    const bells = this.#bells;
    this.#bells = new Set();
    for (const bell of bells) this.#context.share.run(bell);
  }

  #receivePassing(entry: Entry): void {
    if (entry.event.type === 'member.left') this.members.left(entry.event.userId);
    if (entry.event.type === 'presence') {
      this.#presence.offer(entry);
      return;
    }
    // A pending count is older than the one in these events.
    if (entry.event.type === 'user.joined' || entry.event.type === 'user.left') this.#presence.drop();
    this.#append(entry);
  }

  #append(entry: Entry): void {
    this.ring.push(entry);
    if (isChange(entry.event)) {
      this.#latest = entry.event.message;
      this.newest.apply(this.#latest);
      if (entry.event.type === 'message.updated') this.#echoes.forget(this.#latest);
    }
    this.fanOut.grown();
    this.#ringBells();
  }
}
