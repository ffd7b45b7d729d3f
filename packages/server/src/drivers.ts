import type { Broker } from './broker/broker.ts';
import { createInProcessBroker } from './broker/inProcessBroker.ts';
import type { Config } from './config/config.ts';
import { requireNode } from './config/nodeVersion.ts';
import { createInProcessBuckets } from './limits/inProcessBuckets.ts';
import type { SharedBuckets } from './limits/limits.ts';
import type { Logger } from './observe/logger.ts';
import { createInProcessPresence } from './presence/inProcessPresence.ts';
import type { Presence } from './presence/presence.ts';
import type { Store } from './store/store.ts';

/** The drivers behind the ports. Each can be replaced. */
export interface Drivers {
  store: Store;
  broker: Broker;
  presence: Presence;
  buckets: SharedBuckets;
}

// Drivers are imported on use. Those of MongoDB and Redis take 20 MB of memory, which a server without them does not need. That of SQLite
// imports `node:sqlite`, which an older Node.js does not have: it could not even import this package.

/** Opens the configured store. Throws on Node.js before 24. */
export async function openStore(store: Config['store'], log: Logger): Promise<Store> {
  requireNode();
  if (store.kind === 'mongodb') {
    const { openMongoStore } = await import('./store/mongo/mongoStore.ts');
    return openMongoStore({ uri: store.uri, database: store.database, log });
  }
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
export async function createBroker(broker: Config['broker'], log: Logger): Promise<Broker> {
  if (broker.kind === 'local') return createInProcessBroker();
  const { namespace } = broker;
  if (broker.kind === 'redis-cluster') {
    const { createRedisClusterBroker } = await import('./broker/redis/redisClusterBroker.ts');
    return createRedisClusterBroker({ urls: broker.urls, log, namespace });
  }
  const { createRedisBroker } = await import('./broker/redis/redisBroker.ts');
  return createRedisBroker({ url: broker.url, log, namespace });
}

/** Creates the presence that belongs to the configured broker. */
export async function createPresence(broker: Config['broker'], log: Logger): Promise<Presence> {
  if (broker.kind === 'local') return createInProcessPresence();
  const name = `${broker.namespace}earshot:`;
  if (broker.kind === 'redis-cluster') {
    const { createRedisClusterPresence } = await import('./presence/redis/redisClusterPresence.ts');
    return createRedisClusterPresence({ urls: broker.urls, log, name });
  }
  const { createRedisPresence } = await import('./presence/redis/redisPresence.ts');
  return createRedisPresence({ url: broker.url, log, prefix: `${name}{presence}:` });
}

/** Creates the shared buckets of the limits, in the service of the configured broker. */
export async function createBuckets(broker: Config['broker'], log: Logger): Promise<SharedBuckets> {
  if (broker.kind === 'local') return createInProcessBuckets();
  const name = `${broker.namespace}earshot:`;
  const { createRedisBuckets, createRedisClusterBuckets } = await import('./limits/redis/redisBuckets.ts');
  if (broker.kind === 'redis-cluster') return createRedisClusterBuckets({ urls: broker.urls, log, name });
  return createRedisBuckets({ url: broker.url, log, name });
}
