import { EarshotError } from '@earshot/shared';
import { TickShares } from '../async/tickShares.ts';
import { TimeSlicedQueue } from '../async/timeSlicedQueue.ts';
import { type ExpiredBefore, neverExpired } from './cache/expiredBefore.ts';
import { PageLru } from './cache/newestPageCache.ts';
import type { RoomCache, RoomCaches } from './cache/roomCache.ts';
import { compareHeads } from './compareHeads.ts';
import { type BrokerEvent, encodeEnvelope } from './envelope.ts';
import type { FeedContext, FeedCount } from './feedContext.ts';
import { FeedWatch, type WatchRegistry } from './feedWatch.ts';
import { OutageLog } from './outageLog.ts';
import { PeriodicCheck } from './periodicCheck.ts';
import { RoomFeed } from './roomFeed.ts';
import type { FeedItem, Watcher } from './watcher.ts';

export interface HubOptions extends Pick<FeedContext, 'database' | 'broker' | 'log'> {
  onCount?: (name: FeedCount, n?: number) => void;
  /** When messages expire. Default: never. */
  expiredBefore?: ExpiredBefore;
  /** Milliseconds between two comparisons of every watched room's position with the store's. One query per 100 rooms. Default: 3,000. */
  checkIntervalMs?: number;
  /** Milliseconds to wait for a missing change before it is read from the store. Default: 50. */
  gapDelayMs?: number;
  /** Milliseconds that a feed waits for an unresponsive broker when it opens. Default: 1,000. */
  readyTimeoutMs?: number;
  /** Minimum milliseconds between two `presence` events of a room. With more than 1,000 watchers, up to five times as many. Default: 1,000. */
  presenceIntervalMs?: number;
  /** Number of entries kept for each watched room. Default: 1,024. */
  ringSize?: number;
  /** Maximum number of changes in one read of the store. Default: 200. */
  pageSize?: number;
  /** Number of watchers of a room from which events within 10 ms of each other are written together. Default: 64. */
  coalesceThreshold?: number;
  /** Maximum number of watchers of a room written to in one step; a write takes up to 10 µs. Default: 128. */
  sectionSize?: number;
  /** Maximum milliseconds spent writing to watchers per tick of the event loop, plus one step. Default: 3. */
  writeBudgetMs?: number;
  /** Maximum number of rooms with cached newest messages. Default: 1,000. */
  cachedPagesMax?: number;
  /** Random source for the jitter of retries, from 0 up to 1. Default: `Math.random`. */
  random?: () => number;
}

/** A running watch. `return` ends it immediately, even while an item is awaited. */
export interface Watch extends AsyncIterableIterator<FeedItem, void, void> {
  return(): Promise<IteratorResult<FeedItem, void>>;
  /** Makes the next item a `reset`, because the watcher would receive earlier events in a different form now. */
  restart(): void;
}

/** Combines a broker that may lose, repeat and reorder events with a reliable store, and delivers every change once and in order. */
export interface Hub {
  /**
   * Publishes an event to all watchers of the room, on every instance. A change must be appended to the store first. Never rejects. If the
   * broker refuses the event, watchers on this instance receive it directly; other instances find it when they compare positions with the
   * store.
   */
  publish(roomId: string, event: BrokerEvent, fromConnectionId?: string): Promise<void>;

  /**
   * Watches a room from the first `next()` on. Ends when a signal aborts, the consumer stops or the hub is closed; resources are released
   * at that moment, even if the consumer stops reading. Throws the store's error (`STORE_UNAVAILABLE`) only if the start can't be read;
   * later failures of the store are retried. Throws `SERVER_STOPPING` on a closed hub.
   */
  watch(roomId: string, watcher: Watcher): Watch;

  /** Delivers an ephemeral event to the watchers of the room on this instance only: all instances do so by themselves. */
  publishHere(roomId: string, event: BrokerEvent): void;

  /** Writes all pending entries to the watchers on this instance. */
  flush(): void;

  /** Rooms watched on this instance. Zero after churn. */
  readonly openFeeds: number;
  /** Watches on this instance. Zero after churn. */
  readonly watchers: number;
  /** Number of those watches that use shared delivery. */
  readonly sharedWatchers: number;

  /** Ends all watches. */
  close(): Promise<void>;
}

export function createHub(options: HubOptions): Hub & RoomCaches {
  return new FeedHub(options);
}

class FeedHub implements Hub, RoomCaches {
  readonly #context: FeedContext;
  readonly #brokerOutageLog: OutageLog;
  readonly #headCheck: PeriodicCheck;
  readonly #feeds = new Map<string, RoomFeed>();
  readonly #watches = new Set<FeedWatch>();
  readonly #registry: WatchRegistry = {
    register: (watch, roomId) => this.#register(watch, roomId),
    unregister: (watch, feed) => this.#unregister(watch, feed),
  };
  readonly #stopListening: () => void;
  #closed = false;

  constructor({ database, broker, log, onCount = () => {}, ...options }: HubOptions) {
    this.#headCheck = new PeriodicCheck(options.checkIntervalMs ?? 3_000, () =>
      compareHeads(this.#feeds, this.#context),
    );
    this.#brokerOutageLog = new OutageLog(log, 'broker');
    this.#context = {
      database,
      expiredBefore: options.expiredBefore ?? neverExpired,
      broker,
      log,
      storeOutageLog: new OutageLog(log, 'store'),
      count: onCount,
      requestCheck: () => this.#headCheck.request(),
      gapDelayMs: options.gapDelayMs ?? 50,
      readyTimeoutMs: options.readyTimeoutMs ?? 1_000,
      presenceIntervalMs: options.presenceIntervalMs ?? 1_000,
      ringSize: options.ringSize ?? 1_024,
      pageLru: new PageLru(options.cachedPagesMax ?? 1_000),
      writeQueue: new TimeSlicedQueue({ longestMs: options.writeBudgetMs ?? 3 }),
      tickShares: new TickShares(),
      coalesceThreshold: options.coalesceThreshold ?? 64,
      sectionSize: options.sectionSize ?? 128,
      pageSize: options.pageSize ?? 200,
      random: options.random ?? Math.random,
    };
    this.#stopListening = broker.onInterrupted(() => {
      for (const { cache } of this.#feeds.values()) cache.onInterrupted();
      this.#headCheck.request();
    });
  }

  get openFeeds(): number {
    return this.#feeds.size;
  }

  get watchers(): number {
    return this.#watches.size;
  }

  get sharedWatchers(): number {
    let shared = 0;
    for (const { fanOut } of this.#feeds.values()) shared += fanOut.size;
    return shared;
  }

  get cachedPages(): number {
    return this.#context.pageLru.size;
  }

  async publish(roomId: string, event: BrokerEvent, fromConnectionId = ''): Promise<void> {
    const payload = encodeEnvelope(event, fromConnectionId);
    this.#feeds.get(roomId)?.consumer.expectEcho(payload, event, fromConnectionId);
    try {
      await this.#context.broker.publish(roomId, payload);
      this.#brokerOutageLog.onSuccess();
    } catch (error) {
      this.#context.count('publish_failed');
      this.#brokerOutageLog.onFailure(error);
      this.#feeds.get(roomId)?.consumer.receive(payload);
    }
  }

  publishHere(roomId: string, event: BrokerEvent): void {
    this.#feeds.get(roomId)?.consumer.receive(encodeEnvelope(event, ''));
  }

  roomCache(roomId: string): RoomCache | undefined {
    return this.#feeds.get(roomId)?.cache;
  }

  flush(): void {
    for (const { fanOut } of this.#feeds.values()) fanOut.flush();
  }

  watch(roomId: string, watcher: Watcher): FeedWatch {
    return new FeedWatch(this.#registry, roomId, watcher);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    for (const watch of this.#watches) watch.stop();
  }

  #register(watch: FeedWatch, roomId: string): RoomFeed {
    if (this.#closed) throw new EarshotError('SERVER_STOPPING');
    this.#watches.add(watch);
    return this.#feeds.get(roomId) ?? this.#open(roomId);
  }

  #unregister(watch: FeedWatch, feed: RoomFeed): void {
    this.#watches.delete(watch);
    if (feed.removeWatcher() === 0) this.#close(feed);
  }

  #open(roomId: string): RoomFeed {
    const feed = new RoomFeed(roomId, this.#context, (replaced) => this.#onReplaced(replaced));
    this.#feeds.set(roomId, feed);
    this.#headCheck.start();
    // Waiting watchers receive the rejection; later ones must find a new feed.
    feed.opened.catch(() => this.#forget(feed));
    return feed;
  }

  #close(feed: RoomFeed): void {
    feed.close();
    this.#forget(feed);
  }

  /** The watchers of the feed enter another one. */
  #onReplaced(feed: RoomFeed): void {
    this.#context.count('history_replaced');
    this.#context.log.warn(
      { roomId: feed.roomId },
      'room history replaced: the store differs from the delivered changes, as after restoring a backup (watchers are reset)',
    );
    this.#forget(feed);
  }

  #forget(feed: RoomFeed): void {
    if (this.#feeds.get(feed.roomId) === feed) this.#feeds.delete(feed.roomId);
    if (this.#feeds.size === 0) this.#headCheck.stop();
  }
}
