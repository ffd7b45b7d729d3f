import { join } from 'node:path';
import { readEmoji } from '@earshot/shared';
import type { Broker } from './broker/broker.ts';
import type { Config } from './config/config.ts';
import { requireNode } from './config/nodeVersion.ts';
import { createServices, type ExpiryOptions } from './createServices.ts';
import type { EraserTimes } from './domain/ownData/eraser.ts';
import { removeIdleRooms } from './domain/removeIdleRooms.ts';
import { forgetReports } from './domain/reports/forgetReports.ts';
import { announceRoles } from './domain/rules/announceRoles.ts';
import { enforceRules } from './domain/rules/enforcement.ts';
import { expireHeld } from './domain/screening/expireHeld.ts';
import type { ServerHooks } from './domain/screening/messageHook.ts';
import type { Services } from './domain/services.ts';
import { locationTtlMs } from './domain/travelGuard.ts';
import { createBroker, createBuckets, createPresence, type Drivers, openStore } from './drivers.ts';
import type { SharedBuckets } from './limits/limits.ts';
import { createLogger, type Logger } from './observe/logger.ts';
import { createMetrics, type Metrics } from './observe/metrics.ts';
import { followBlockedWords } from './screening/followBlockedWords.ts';
import { serveMetrics } from './transport/http/metricsServer.ts';
import { type Listeners, openListeners } from './transport/listeners.ts';
import type { OutboundTimes } from './transport/sockets/outbound.ts';

export interface EarshotServer {
  /** The URL that the server listens on, for example `http://127.0.0.1:3001`. */
  readonly url: string;
  /** The URL of the metrics, for example `http://127.0.0.1:9464/metrics`. */
  readonly metricsUrl: string;
  /** Current resources; all zero when no client is connected. */
  stats(): ServerStats;
  /** Drains clients, finishes accepted work and closes everything, in less than ten seconds. */
  close(): Promise<void>;
}

export interface ServerStats {
  sockets: number;
  /** Rooms watched on this instance. */
  openFeeds: number;
  watchers: number;
  /** Watchers that share frames right now. The others are written to one by one. */
  sharedWatchers: number;
  /** Rooms that this instance is subscribed to at the broker. */
  subscribedRooms: number;
}

export interface ServerOptions {
  log?: Logger;
  drivers?: Partial<Drivers>;
  /** Functions of your program that take part in what the server does. */
  hooks?: ServerHooks;
  /** Whether an event is encoded once for all watchers of a room. Default: true. False gives the same bytes, encoded for each watcher. */
  sharedFrames?: boolean;
  /** The time that a reader may stay behind. Default: 30 s, and 10 s more for its close frame. */
  slowReaders?: Partial<OutboundTimes>;
  /** The times of erasures. */
  erasures?: Partial<EraserTimes> | undefined;
  /** The times of the deletion of expired messages. */
  expiry?: ExpiryOptions | undefined;
  metrics?: Metrics;
  /** The folder of the built page, if it isn't in the package. */
  pageFolder?: string;
}

/** The output folder of @earshot/web: beside the sources in a checkout, and beside `dist` in the published package. */
const builtPage = join(import.meta.dirname, '../page');

/** Assembles a server and starts it. Throws on Node.js before 24. */
export async function createServer(config: Config, options: ServerOptions = {}): Promise<EarshotServer> {
  requireNode();
  const log = options.log ?? createLogger(config.logLevel);
  const metrics = options.metrics ?? createMetrics();
  await using undo = new AsyncDisposableStack(); // closes the parts that are already open if a later part fails

  const store = undo.adopt(options.drivers?.store ?? (await openStore(config.store, log)), (part) => part.close());
  const broker = undo.adopt(options.drivers?.broker ?? (await createBroker(config.broker, log)), (part) =>
    part.close(),
  );
  const presence = undo.adopt(options.drivers?.presence ?? (await createPresence(config.broker, log)), (part) =>
    part.close(),
  );
  const buckets = undo.adopt(options.drivers?.buckets ?? (await createBuckets(config.broker, log)), (part) =>
    part.close(),
  );
  readEmoji('👍'); // compiles its expression; otherwise the first reaction would block the event loop for about 20 ms
  const services = createServices({
    ...{ config, log, metrics, hooks: options.hooks ?? {} },
    drivers: { store, broker, presence, buckets },
    erasures: options.erasures,
    expiry: options.expiry,
  });
  undo.defer(() => closeServices(services));
  enforceRules(services);
  announceRoles(services);
  await services.rules.start();
  const { blockedWordsFile } = config.screening;
  const { wordFilter } = services;
  const blockedWords =
    blockedWordsFile === null ? null : undo.use(await followBlockedWords(blockedWordsFile, { wordFilter, log }));
  const ownMetrics =
    config.metricsAddress && undo.adopt(await serveMetrics(config, { metrics, log }), (server) => server.close());
  const listeners = await openListeners({
    ...{ config, services, broker, metrics },
    sharedFrames: options.sharedFrames,
    slowReaders: options.slowReaders,
    pageFolder: options.pageFolder ?? builtPage,
  });
  undo.move();

  const stats = () => ({
    sockets: listeners.sockets(),
    openFeeds: services.hub.openFeeds,
    watchers: services.hub.watchers,
    sharedWatchers: services.hub.sharedWatchers,
    subscribedRooms: broker.subscribedRooms,
  });
  exposeStats(metrics, { listeners, services, broker });
  const stopJobs = startJobs(services, config);
  const close = async () => {
    blockedWords?.[Symbol.dispose]();
    await stop({ listeners, services, broker, buckets, stopJobs });
    await ownMetrics?.close();
  };
  return { url: listeners.url, metricsUrl: ownMetrics?.url ?? `${listeners.url}/metrics`, stats, close: once(close) };
}

/** Each gauge is read separately: counting shared watchers visits every watched room. */
function exposeStats(
  metrics: Metrics,
  { listeners, services: { hub }, broker }: Pick<StopOptions, 'listeners' | 'services' | 'broker'>,
): void {
  metrics.gauge('sockets', 'Open WebSockets', () => listeners.sockets());
  metrics.gauge('open_feeds', 'Rooms watched on this instance', () => hub.openFeeds);
  metrics.gauge('watchers', 'Watches of rooms on this instance', () => hub.watchers);
  metrics.gauge('shared_watchers', 'Watches on the fast path, which share frames', () => hub.sharedWatchers);
  metrics.gauge('subscribed_rooms', 'Rooms this instance is subscribed to at the broker', () => broker.subscribedRooms);
}

const jobsEveryMs = 10 * 60 * 1_000;
/** Milliseconds for which rules are stored after they ended or were lifted, and erasures after they finished. */
const endedTtlMs = 31 * 24 * 60 * 60 * 1_000;

/**
 * Starts the background jobs: they delete old locations, old rules, expired messages and idle rooms, erase data of users, and announce
 * presence changes that presence detects by itself.
 */
function startJobs(services: Services, { roomTtlMs }: Pick<Config, 'roomTtlMs'>): () => void {
  const { store, presence, log } = services;
  const noteFailure = (description: string) => (err: unknown) => log.warn({ err }, description);
  const run = () => {
    const before = new Date(Date.now() - locationTtlMs);
    store.forgetLocations(before).catch(noteFailure('old locations not deleted (retried in ten minutes)'));
    const endedBefore = new Date(Date.now() - endedTtlMs);
    store.rules.forget(endedBefore, 1_000).catch(noteFailure('old rules not deleted (retried in ten minutes)'));
    expireHeld(services).catch(noteFailure('held messages not expired (retried in ten minutes)'));
    forgetReports(store).catch(noteFailure('old reports not deleted (retried in ten minutes)'));
    store.erasures.forget(endedBefore, 1_000).catch(noteFailure('old erasures not forgotten (retried in ten minutes)'));
    removeIdleRooms(services, { roomTtlMs }).catch(noteFailure('unused rooms not removed (retried in ten minutes)'));
  };
  services.eraser.start();
  services.sweeper.start();
  const timer = setInterval(run, jobsEveryMs);
  timer.unref();
  run();
  const stopListening = presence.onChanged((change) => void services.announcer.announceChange(change));
  return () => {
    clearInterval(timer);
    stopListening();
  };
}

interface StopOptions {
  listeners: Listeners;
  services: Services;
  broker: Broker;
  buckets: SharedBuckets;
  stopJobs: () => void;
}

/** Stops from the outside in: no new clients, then drain the open ones, then finish their work, then close the drivers. */
async function stop({ listeners, services, broker, buckets, stopJobs }: StopOptions): Promise<void> {
  stopJobs();
  await listeners.close();
  await services.localPresence.close();
  await closeServices(services);
  await Promise.all([services.presence.close(), broker.close(), buckets.close(), services.store.close()]);
}

/** Ends what the services do by themselves. The drivers stay open. */
async function closeServices({ eraser, sweeper, privacy, rules, control, hub, limitSharing }: Services): Promise<void> {
  await eraser.close();
  await sweeper.close();
  privacy.close();
  rules.close();
  control.close();
  limitSharing?.close();
  await hub.close();
}

function once<T>(act: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= act();
    return result;
  };
}
