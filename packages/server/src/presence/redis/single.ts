import type { Logger } from '../../observe/logger.ts';
import { answerTimeout, connectRedis } from '../../redis/connection.ts';
import type { Presence } from '../presence.ts';
import { type PresenceTiming, RedisPresence } from './redisPresence.ts';

export interface RedisPresenceOptions extends PresenceTiming {
  url: string;
  log: Logger;
  /** Prefix of all keys. */
  prefix?: string;
}

/** Presence over one Redis. */
export function createRedisPresence({
  url,
  log,
  prefix = 'earshot:{presence}:',
  ...timing
}: RedisPresenceOptions): Presence {
  const redis = connectRedis({ url, log, name: 'presence', commandTimeout: answerTimeout });
  const presence = new RedisPresence({ redis, log, prefix, onClosed: () => redis.disconnect(), ...timing });
  redis.on('ready', () => presence.onReconnected());
  return presence;
}
