export type { Broker, BrokerSubscription } from './broker/broker.ts';
export { type AuthConfig, type Config, ConfigError, readConfig } from './config/index.ts';
export { createServer, type EarshotServer, type ServerOptions, type ServerStats } from './createServer.ts';
export type { MessageHook, MessageVerdict, ScreenedMessage, ServerHooks } from './domain/screening/messageHook.ts';
export { createBroker, createPresence, type Drivers, openStore } from './drivers.ts';
export { createLogger, type Logger } from './observe/index.ts';
export type { Presence, PresenceChange, PresenceEntry } from './presence/presence.ts';
export type * from './store/store.ts';
export { type AppRouter, appRouter } from './transport/trpc/router.ts';
