import { EarshotError, emptyPosition, type HistoryPage, type Message } from '@earshot/shared';
import { type BrokerEvent, encodeEnvelope } from './envelope.ts';
import { type Desk, HubWatch, type HubWatchOptions } from './hubWatch.ts';
import type { KnownMembers } from './knownMembers.ts';
import { Tails } from './newest.ts';
import { nextTurn } from './nextTurn.ts';
import { Outage } from './outage.ts';
import { PositionCheck } from './positionCheck.ts';
import { type FeedContext, type FeedCount, RoomFeed } from './roomFeed.ts';
import { Turn } from './turn.ts';
import { TurnShare } from './turnShare.ts';
import type { Carriage, FeedItem, Ride } from './watch.ts';

export type { BrokerEvent, Carriage, FeedCount, FeedItem, Ride };

export interface HubOptions extends Pick<FeedContext, 'store' | 'broker' | 'log'> {
  onCount?: (name: FeedCount, n?: number) => void;
  /** Milliseconds between two comparisons of every watched room's position with the store's. One query for 100 rooms. 3,000. */
  checkIntervalMs?: number;
  /** Milliseconds that a missing change may still come by itself before the store is read for it. 50. */
  gapPatienceMs?: number;
  /** Milliseconds that the opening of a feed waits for a broker which does not answer. 1,000. */
  readyPatienceMs?: number;
  /** Milliseconds between two `presence` events of a room. 1,000. */
  presenceIntervalMs?: number;
  /** Entries kept for each watched room. 1,024. */
  ringSize?: number;
  /** Changes in one read of the store. 200. */
  pageSize?: number;
  /** Watchers of a room from which on events that follow each other within 10 ms are written together. 64. */
  crowd?: number;
  /** Watchers of a room that are written to in one step: a write takes up to 10 µs. 128. */
  sectionSize?: number;
  /** Milliseconds of writing to watchers in one turn of the event loop, and one step. 3. */
  turnMs?: number;
  /** Rooms whose newest messages are kept. 1,000. */
  tailsMax?: number;
  /** Chance for the pauses between attempts, from 0 up to 1. `Math.random`. */
  random?: () => number;
}

/** Makes of a broker that may lose, repeat and reorder, and a store that is true: every change once, in order. */
export interface Hub {
  /**
   * Tells all watchers of the room, on every instance. For a change: after its append. Never rejects. When the broker
   * does not take the event, this instance's watchers get it all the same, and the others by comparing with the store.
   */
  publish(roomId: string, event: BrokerEvent, fromConnectionId?: string): Promise<void>;

  /**
   * Watches a room from the first `next()` on. Ends when a signal aborts, the consumer stops or the hub is closed;
   * what it held is let go of at that moment, even if nobody reads on. Throws what the store throws (`STORE_UNAVAILABLE`)
   * only where the start can't be read; later faults of the store are waited out. `SERVER_STOPPING` on a closed hub.
   */
  watch(roomId: string, options: HubWatchOptions): AsyncIterable<FeedItem, void>;

  /**
   * The newest messages of a room that is watched here, from memory, as the store would show them: with all that this
   * instance told anybody of. The same object until something changes. Null when they are to be read from the store.
   * Rejects when the store fails.
   */
  newestPage(roomId: string, limit: number): Promise<HistoryPage | null>;

  /** Somebody here is told, by other means than a watch, of the room's change of that number. */
  told(roomId: string, seq: number): void;

  /** Who was found to be a member lately; undefined where nobody watches the room, and so nobody hears of leavers. */
  knownMembers(roomId: string): KnownMembers | undefined;

  /**
   * The message at the end of the room's log, as it was some seconds ago at most; undefined where the feed does not know
   * it, or a change came after it.
   */
  logEnd(roomId: string): Message | undefined;

  /** Writes what waits to be written to the watchers here. */
  flush(): void;

  /** Rooms watched on this instance. Zero after churn. */
  readonly openFeeds: number;
  /** Watches on this instance. Zero after churn. */
  readonly watchers: number;
  /** Those of them that are served together. */
  readonly carried: number;

  /** Rooms whose newest messages are kept. Zero after churn. */
  readonly tails: number;

  /** Ends all watches. */
  close(): Promise<void>;
}

export function createHub(options: HubOptions): Hub {
  return new FeedHub(options);
}

class FeedHub implements Hub {
  readonly #context: FeedContext;
  readonly #brokerOutage: Outage;
  readonly #check: PositionCheck;
  readonly #feeds = new Map<string, RoomFeed>();
  readonly #watches = new Set<HubWatch>();
  readonly #desk: Desk = {
    enter: (watch, roomId) => this.#enter(watch, roomId),
    leave: (watch, feed) => this.#leave(watch, feed),
  };
  readonly #stopListening: () => void;
  #closed = false;

  constructor({ store, broker, log, onCount = () => {}, ...options }: HubOptions) {
    this.#check = new PositionCheck(options.checkIntervalMs ?? 3_000, () => this.#comparePositions());
    this.#brokerOutage = new Outage(log, 'broker');
    this.#context = {
      store,
      broker,
      log,
      storeOutage: new Outage(log, 'store'),
      count: onCount,
      requestCheck: () => this.#check.request(),
      onReplaced: (feed) => this.#replaced(feed),
      gapPatienceMs: options.gapPatienceMs ?? 50,
      readyPatienceMs: options.readyPatienceMs ?? 1_000,
      presenceIntervalMs: options.presenceIntervalMs ?? 1_000,
      ringSize: options.ringSize ?? 1_024,
      tails: new Tails(options.tailsMax ?? 1_000),
      turn: new Turn({ longestMs: options.turnMs ?? 3 }),
      share: new TurnShare(),
      crowd: options.crowd ?? 64,
      sectionSize: options.sectionSize ?? 128,
      pageSize: options.pageSize ?? 200,
      random: options.random ?? Math.random,
    };
    this.#stopListening = broker.onInterrupted(() => {
      for (const feed of this.#feeds.values()) feed.interrupted();
      this.#check.request();
    });
  }

  get openFeeds(): number {
    return this.#feeds.size;
  }

  get watchers(): number {
    return this.#watches.size;
  }

  get carried(): number {
    let carried = 0;
    for (const feed of this.#feeds.values()) carried += feed.fanOut.size;
    return carried;
  }

  get tails(): number {
    return this.#context.tails.size;
  }

  async publish(roomId: string, event: BrokerEvent, fromConnectionId = ''): Promise<void> {
    const payload = encodeEnvelope(event, fromConnectionId);
    this.#feeds.get(roomId)?.willHear(payload, event, fromConnectionId);
    try {
      await this.#context.broker.publish(roomId, payload);
      this.#brokerOutage.succeeded();
    } catch (error) {
      this.#context.count('publish_failed');
      this.#brokerOutage.failed(error);
      this.#feeds.get(roomId)?.receive(payload);
    }
  }

  async newestPage(roomId: string, limit: number): Promise<HistoryPage | null> {
    const newest = this.#feeds.get(roomId)?.newest;
    await newest?.make();
    return newest?.tail?.page(limit) ?? null;
  }

  told(roomId: string, seq: number): void {
    this.#feeds.get(roomId)?.newest.told(seq);
  }

  knownMembers(roomId: string): KnownMembers | undefined {
    const feed = this.#feeds.get(roomId);
    return feed?.hears ? feed.members : undefined;
  }

  logEnd(roomId: string): Message | undefined {
    return this.#feeds.get(roomId)?.end;
  }

  flush(): void {
    for (const feed of this.#feeds.values()) feed.fanOut.flush();
  }

  watch(roomId: string, options: HubWatchOptions): AsyncIterable<FeedItem, void> {
    return { [Symbol.asyncIterator]: () => new HubWatch(this.#desk, roomId, options) };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    for (const watch of this.#watches) watch.stop();
  }

  #enter(watch: HubWatch, roomId: string): RoomFeed {
    if (this.#closed) throw new EarshotError('SERVER_STOPPING');
    this.#watches.add(watch);
    return this.#feeds.get(roomId) ?? this.#open(roomId);
  }

  #leave(watch: HubWatch, feed: RoomFeed): void {
    this.#watches.delete(watch);
    if (feed.detach() === 0) this.#close(feed);
  }

  #open(roomId: string): RoomFeed {
    const feed = new RoomFeed(roomId, this.#context);
    this.#feeds.set(roomId, feed);
    this.#check.start();
    // Those who wait for a failed feed are told; who comes after them must find a new one.
    feed.opened.catch(() => this.#forget(feed));
    return feed;
  }

  #close(feed: RoomFeed): void {
    feed.close();
    this.#forget(feed);
  }

  /** Its watchers come back to enter another feed. */
  #replaced(feed: RoomFeed): void {
    this.#context.count('history_replaced');
    this.#context.log.warn(
      { roomId: feed.roomId },
      'the store has another history of a room, as after restoring a backup; its watchers start anew',
    );
    this.#forget(feed);
  }

  #forget(feed: RoomFeed): void {
    if (this.#feeds.get(feed.roomId) === feed) this.#feeds.delete(feed.roomId);
    if (this.#feeds.size === 0) this.#check.stop();
  }

  /** A part at a time: to compare ten thousand rooms in one turn of the event loop would hold everybody up for a tenth of a second. */
  async #comparePositions(): Promise<void> {
    const feeds = [...this.#feeds.values()];
    for (let from = 0; from < feeds.length; from += comparedAtOnce) {
      if (from > 0) await nextTurn();
      const part = feeds.slice(from, from + comparedAtOnce).filter((feed) => this.#feeds.get(feed.roomId) === feed);
      if (part.length > 0 && !(await this.#compare(part))) return; // the timer asks again
    }
  }

  /** With one query. Tells whether the store answered. */
  async #compare(part: readonly RoomFeed[]): Promise<boolean> {
    const { store, storeOutage } = this.#context;
    const feeds = part.map((feed) => ({ feed, position: feed.position }));
    const askedAt = performance.now();
    try {
      const heads = await store.heads(feeds.map(({ feed }) => feed.roomId));
      storeOutage.succeeded();
      for (const { feed, position } of feeds) {
        feed.compare({ head: heads.get(feed.roomId) ?? emptyPosition, askedAt }, position);
      }
      return true;
    } catch (error) {
      storeOutage.failed(error);
      return false;
    }
  }
}

/** Rooms whose positions are compared with one query. */
const comparedAtOnce = 100;
