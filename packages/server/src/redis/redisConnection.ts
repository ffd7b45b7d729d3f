import { EarshotError } from '@earshot/shared';
import { Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import { answerTimeout, keepAlive, LimitedRedis } from './limitedRedis.ts';
import { replyCode } from './replyError.ts';

const retryDelayMax = 1_000;

interface RedisConnectionOptions {
  url: string;
  log: Logger;
  /** The purpose of the connection, shown in logs and in `CLIENT LIST`. */
  name: string;
  /** Whether a command fails if a live connection does not answer it in time. Default: false. */
  hasCommandTimeout?: boolean;
}

/**
 * A connection to Redis for the life of the process. It reconnects after every outage, detects a dead connection that is still open, and
 * logs once when it is lost and once when it is back. While it is lost, commands fail immediately.
 */
export function connectRedis({ url, log, name, hasCommandTimeout }: RedisConnectionOptions): Redis {
  const redis = new (hasCommandTimeout ? LimitedRedis : Redis)(url, {
    ...connectionOptions(name),
    retryStrategy,
    // After a failover the old primary may still accept connections, as a replica: reconnect.
    reconnectOnError: (error) => replyCode(error) === 'READONLY',
  });
  // Commands wait for the first connection; after that nothing queues during an outage.
  redis.once('ready', () => {
    redis.options.enableOfflineQueue = false;
  });
  redis.once('close', () => {
    redis.options.enableOfflineQueue = false;
  });
  logOutages(redis, log, name);
  keepAlive(redis);
  return redis;
}

/** The options shared by all connections to Redis. */
export function connectionOptions(name: string) {
  return {
    connectionName: `earshot:${name}`,
    connectTimeout: answerTimeout,
    disconnectTimeout: 500,
    keepAlive: 5_000,
    // No automatic retries: the caller decides about a lost command.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  } satisfies RedisOptions;
}

/** Half to all of a delay that doubles up to a second, so that many instances do not reconnect at the same moment. */
export function retryStrategy(times: number): number {
  const delay = Math.min(25 * 2 ** times, retryDelayMax);
  return delay * (0.5 + Math.random() / 2);
}

function logOutages(redis: Redis, log: Logger, name: string): void {
  let lost = false;
  function onLost(error?: Error) {
    if (lost || redis.status === 'end') return;
    lost = true;
    // Only the message: an error of ioredis contains its command, and with that a password or a message's content.
    log.warn(
      { connection: name, reason: error?.message ?? 'connection closed' },
      'Redis connection lost; reconnecting',
    );
  }
  redis.on('error', onLost);
  redis.on('reconnecting', () => onLost());
  redis.on('ready', () => {
    if (lost) log.info({ connection: name }, 'Redis reconnected');
    lost = false;
  });
}

/** Wraps the error of a failed command for callers. */
export function brokerUnavailable(cause: unknown): EarshotError {
  return new EarshotError('BROKER_UNAVAILABLE', { cause });
}
