import type { Broker } from './broker/broker.ts';
import { createInProcessBroker } from './broker/inProcessBroker.ts';
import { createRedisBroker } from './broker/redis/redisBroker.ts';
import { createRedisClusterBroker } from './broker/redis/redisClusterBroker.ts';
import type { Config } from './config/config.ts';
import { requireNode } from './config/nodeVersion.ts';
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
}

/** Opens the configured store. Throws on Node.js before 24. */
export async function openStore(store: Config['store'], log: Logger): Promise<Store> {
  requireNode();
  if (store.kind === 'mongodb') return openMongoStore({ uri: store.uri, database: store.database, log });
  // Imported on use: an older Node.js has no `node:sqlite`, and could not even import this package.
  const { openEmbeddedStore } = await import('./store/sqlite/openEmbedded.ts');
  return openEmbeddedStore(store.dataDir, log);
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
