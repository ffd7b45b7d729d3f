import type { Broker } from './broker/broker.ts';
import { createInProcessBroker } from './broker/inProcessBroker.ts';
import { createRedisBroker } from './broker/redis/redisBroker.ts';
import { createRedisClusterBroker } from './broker/redis/redisClusterBroker.ts';
import type { Config } from './config/config.ts';
import { requireNode } from './config/nodeVersion.ts';
import { createInProcessBuckets } from './limits/inProcessBuckets.ts';
import type { SharedBuckets } from './limits/limits.ts';
import { createRedisBuckets, createRedisClusterBuckets } from './limits/redis/redisBuckets.ts';
import type { Logger } from './observe/logger.ts';
import { createInProcessPresence } from './presence/inProcessPresence.ts';
import type { Presence } from './presence/presence.ts';
import { createRedisClusterPresence } from './presence/redis/redisClusterPresence.ts';
import { createRedisPresence } from './presence/redis/redisPresence.ts';
import { openMongoStore } from './store/mongo/mongoStore.ts';
import type { Store } from './store/store.ts';

/** The drivers behind the ports. Each can be replaced. */
export interface Drivers {
  store: Store;
  broker: Broker;
  presence: Presence;
  buckets: SharedBuckets;
}

/** Opens the configured store. Throws on Node.js before 24. */
export async function openStore(store: Config['store'], log: Logger): Promise<Store> {
  requireNode();
  if (store.kind === 'mongodb') return openMongoStore({ uri: store.uri, database: store.database, log });
  // Imported on use: an older Node.js has no `node:sqlite`, and could not even import this package.
  const { openEmbeddedStore } = await import('./store/sqlite/openEmbedded.ts');
  return openEmbeddedStore(store.dataDir, log);
}

/**
 * Opens the configured store beside the servers that use it, which must have created it. Throws on Node.js before 24; rejects with
 * `STORE_UNAVAILABLE` if there is none.
 */
export async function openStoreInUse(store: Config['store'], log: Logger): Promise<Store> {
  if (store.kind === 'mongodb') return openStore(store, log);
  requireNode();
  const { openSharedStore } = await import('./store/sqlite/openEmbedded.ts');
  return openSharedStore(store.dataDir, log);
}

/** Creates the configured broker. */
export function createBroker(broker: Config['broker'], log: Logger): Broker {
  if (broker.kind === 'local') return createInProcessBroker();
  const { namespace } = broker;
  if (broker.kind === 'redis-cluster') return createRedisClusterBroker({ urls: broker.urls, log, namespace });
  return createRedisBroker({ url: broker.url, log, namespace });
}

/** Creates the presence that belongs to the configured broker. */
export function createPresence(broker: Config['broker'], log: Logger): Presence {
  if (broker.kind === 'local') return createInProcessPresence();
  const name = `${broker.namespace}earshot:`;
  if (broker.kind === 'redis-cluster') return createRedisClusterPresence({ urls: broker.urls, log, name });
  return createRedisPresence({ url: broker.url, log, prefix: `${name}{presence}:` });
}

/** Creates the shared buckets of the limits, in the service of the configured broker. */
export function createBuckets(broker: Config['broker'], log: Logger): SharedBuckets {
  if (broker.kind === 'local') return createInProcessBuckets();
  const name = `${broker.namespace}earshot:`;
  if (broker.kind === 'redis-cluster') return createRedisClusterBuckets({ urls: broker.urls, log, name });
  return createRedisBuckets({ url: broker.url, log, name });
}
