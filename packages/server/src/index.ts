export type { Broker, BrokerSubscription } from './broker/broker.ts';
export type { AuthConfig, Config } from './config/config.ts';
export { ConfigError, readConfig } from './config/readConfig.ts';
export {
  createBroker,
  createPresence,
  createServer,
  type Drivers,
  type EarshotServer,
  openStore,
  type ServerStats,
} from './createServer.ts';
export type { Logger } from './observe/logger.ts';
export { createLogger } from './observe/logger.ts';
export type { Presence, PresenceChange, PresenceEntry } from './presence/presence.ts';
export type * from './store/store.ts';
export { type AppRouter, appRouter } from './transport/trpc/router.ts';
