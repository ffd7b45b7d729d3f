import { EarshotError } from '@earshot/shared';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from './observe/logger.ts';

/** Milliseconds to wait for Redis to answer anything: the ports promise that a call fails within two seconds. */
export const answerTimeout = 1_800;
const pingInterval = 1_000;
const retryDelayMax = 1_000;

interface RedisConnectionOptions {
  url: string;
  log: Logger;
  /** What the connection is for: shown in logs and in `CLIENT LIST`. */
  name: string;
  /** Milliseconds after which one command fails though the line is alive. Default: none. */
  commandTimeout?: number;
}

/**
 * A connection to Redis for as long as the process runs: it comes back from every outage by itself, notices a line that
 * is dead but open, and logs once when it is lost and once when it is back. While it is lost, commands fail at once.
 */
export function connectRedis({ url, log, name, commandTimeout }: RedisConnectionOptions): Redis {
  const redis = new Redis(url, {
    ...lineOptions(name),
    retryStrategy,
    commandTimeout,
    // After a failover the old primary may still take connections, as a replica: leave it.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  });
  // Commands of the first moments wait for the first connection; from then on nothing queues up behind an outage.
  redis.once('ready', () => {
    redis.options.enableOfflineQueue = false;
  });
  redis.once('close', () => {
    redis.options.enableOfflineQueue = false;
  });
  logOutages(redis, log, name);
  keepAsking(redis);
  return redis;
}

/** How every line to a Redis is kept, whoever makes it. */
export function lineOptions(name: string) {
  return {
    connectionName: `earshot:${name}`,
    connectTimeout: answerTimeout,
    disconnectTimeout: 500,
    // With a command out and nothing heard for this long, the line counts as dead.
    socketTimeout: answerTimeout,
    keepAlive: 5_000,
    // Nothing waits for a better time: what to do about a lost command is for the caller to know.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  } satisfies RedisOptions;
}

/** Half to all of a delay that doubles up to a second, so that many instances don't return at one moment. */
export function retryStrategy(times: number): number {
  const delay = Math.min(25 * 2 ** times, retryDelayMax);
  return delay * (0.5 + Math.random() / 2);
}

function logOutages(redis: Redis, log: Logger, name: string): void {
  let lost = false;
  function onLost(error?: Error) {
    if (lost || redis.status === 'end') return;
    lost = true;
    // Only the text: an error of ioredis carries its command, and with that a password or a message.
    log.warn({ connection: name, reason: error?.message ?? 'connection closed' }, 'Redis is lost');
  }
  redis.on('error', onLost);
  redis.on('reconnecting', () => onLost());
  redis.on('ready', () => {
    if (lost) log.info({ connection: name }, 'Redis is back');
    lost = false;
  });
}

/** A line that nothing is sent on would not be found dead: ask something now and then. */
function keepAsking(redis: Redis): void {
  const timer = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => {}); // the connection reports its own end
  }, pingInterval);
  timer.unref();
  redis.once('end', () => clearInterval(timer));
}

/** What a failed command means to callers. */
export function unavailable(cause: unknown): EarshotError {
  return new EarshotError('BROKER_UNAVAILABLE', { cause });
}
