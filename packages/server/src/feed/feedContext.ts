import type { TickShares } from '../async/tickShares.ts';
import type { TimeSlicedQueue } from '../async/timeSlicedQueue.ts';
import type { Broker } from '../broker/broker.ts';
import type { Logger } from '../observe/logger.ts';
import type { ExpiredBefore } from './cache/expiredBefore.ts';
import type { PageLru } from './cache/newestPageCache.ts';
import type { ReaderContext } from './feedReader.ts';

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
  expiredBefore: ExpiredBefore;
  count: (name: FeedCount, n?: number) => void;
  /** Requests a comparison of every room's position with the store's. */
  requestCheck: () => void;
  gapDelayMs: number;
  readyTimeoutMs: number;
  presenceIntervalMs: number;
  pageLru: PageLru;
  writeQueue: TimeSlicedQueue;
  tickShares: TickShares;
  coalesceThreshold: number;
  sectionSize: number;
  ringSize: number;
}
