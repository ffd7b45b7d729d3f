import { randomUUID } from 'node:crypto';
import { createInProcessBuckets } from '../../packages/server/src/limits/inProcessBuckets.ts';
import type { SharedBuckets } from '../../packages/server/src/limits/limits.ts';
import { createRedisBuckets, createRedisClusterBuckets } from '../../packages/server/src/limits/redis/redisBuckets.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import type { RedisCluster } from '../services/redisCluster.ts';
import { type Pair, pairOf } from './pairs.ts';

/** One process has one set of buckets. */
export function openLocalBuckets(): Pair<SharedBuckets> {
  const buckets = createInProcessBuckets();
  return pairOf(buckets, buckets);
}

/** Two instances on one Redis. */
export function openRedisBuckets(url: string, log = createLogger('silent')): Pair<SharedBuckets> {
  const all = { url, log, name: `test-${randomUUID()}:` };
  return pairOf(createRedisBuckets(all), createRedisBuckets(all));
}

/** Two instances on one Redis Cluster. */
export function openClusterBuckets({ url }: Pick<RedisCluster, 'url'>): Pair<SharedBuckets> {
  const all = { urls: url.split(','), log: createLogger('silent'), name: `test-${randomUUID()}:` };
  return pairOf(createRedisClusterBuckets(all), createRedisClusterBuckets(all));
}
