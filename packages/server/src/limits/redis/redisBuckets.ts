import { hash } from 'node:crypto';
import type { Cluster, Redis, Result } from 'ioredis';
import type { Logger } from '../../observe/logger.ts';
import { connectRedisCluster, slotOf } from '../../redis/redisCluster.ts';
import { connectRedis } from '../../redis/redisConnection.ts';
import { replyCode } from '../../redis/replyError.ts';
import type { BucketUsage, RecentUse, SharedBuckets, SharedRecents } from '../limits.ts';
import { takeScript } from './takeScript.ts';
import { useScript } from './useScript.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeTokens(keyCount: number, ...args: (string | number)[]): Result<string[], Context>;
    useValues(keyCount: number, set: string, ...args: (string | number)[]): Result<number, Context>;
  }
}

/** Must never change: instances with different values would not share their buckets. */
const partitionCount = 16;

interface Options {
  log: Logger;
  /** Prefix of all keys. */
  name?: string;
}

/** Shared buckets over one Redis. */
export function createRedisBuckets({ url, log, name = 'earshot:' }: Options & { url: string }): SharedBuckets {
  const redis = connectRedis({ url, log, name: 'limits', hasCommandTimeout: true });
  return new RedisBuckets({ kind: 'redis', redis, log, prefixes: [`${name}{limits}:`] });
}

/** Shared buckets over a Redis Cluster, spread over 16 hash tags. */
export function createRedisClusterBuckets({ urls, log, name = 'earshot:' }: Options & { urls: readonly string[] }) {
  const redis = connectRedisCluster({ urls, log, name: 'limits' });
  const prefixes = Array.from({ length: partitionCount }, (_, n) => `${name}{limits:${n}}:`);
  return new RedisBuckets({ kind: 'redis-cluster', redis, log, prefixes });
}

interface Parts {
  kind: 'redis' | 'redis-cluster';
  redis: Redis | Cluster;
  log: Pick<Logger, 'error'>;
  /** The prefixes of the keys, each with its own hash tag: a script needs all its keys in one slot. */
  prefixes: readonly string[];
}

/** Keys and values have a fixed length, and do not show users, addresses and rooms. */
const hashOf = (text: string): string => hash('sha256', text, 'base64url').slice(0, 22);

/** The part of a call whose buckets are under one prefix. */
interface Share {
  keys: string[];
  args: number[];
  /** The index of each bucket in the call. */
  indexes: number[];
}

/**
 * There is a key for each bucket that is not full and for each set in use. One script call serves all buckets of a call under one prefix. The keys
 * and the values of sets are hashes.
 */
class RedisBuckets implements SharedBuckets, SharedRecents {
  readonly kind: Parts['kind'];
  readonly recents = this;
  readonly #parts: Parts;
  /** The code of the last refusal. */
  #lastRefusal = '';

  constructor(parts: Parts) {
    this.kind = parts.kind;
    this.#parts = parts;
    parts.redis.defineCommand('takeTokens', { lua: takeScript });
    parts.redis.defineCommand('useValues', { lua: useScript });
  }

  async take(usages: readonly BucketUsage[]): Promise<readonly (number | null)[]> {
    const left: (number | null)[] = usages.map(() => null);
    const run = async ({ keys, args, indexes }: Share) => {
      const tokens = await this.#runCommand(({ redis }) => redis.takeTokens(keys.length, ...keys, ...args));
      for (const [n, index] of indexes.entries()) left[index] = tokens === null ? null : Number(tokens[n]);
    };
    await Promise.all(this.#shares(usages).map(run));
    return left;
  }

  use({ set, values, windowMs, max }: RecentUse): Promise<number | null> {
    const { prefix, id } = this.#keyOf(`set ${set}`);
    return this.#runCommand(({ redis }) => redis.useValues(1, prefix + id, windowMs, max, ...values.map(hashOf)));
  }

  async close(): Promise<void> {
    this.#parts.redis.disconnect();
  }

  #shares(usages: readonly BucketUsage[]): Share[] {
    const shares = new Map<string, Share>();
    for (const [index, { bucket, rate, burst, taken }] of usages.entries()) {
      const { prefix, id } = this.#keyOf(bucket);
      const share = shares.get(prefix) ?? { keys: [], args: [], indexes: [] };
      shares.set(prefix, share);
      share.keys.push(prefix + id);
      share.args.push(rate, burst, taken);
      share.indexes.push(index);
    }
    return [...shares.values()];
  }

  #keyOf(text: string): { prefix: string; id: string } {
    const { prefixes } = this.#parts;
    const id = hashOf(text);
    return { prefix: prefixes[prefixes.length === 1 ? 0 : slotOf(id) % prefixes.length] ?? '', id };
  }

  /** Resolves to the result of the command; null if Redis can't be reached. */
  async #runCommand<T>(command: (parts: Parts) => Promise<T>): Promise<T | null> {
    try {
      const result = await command(this.#parts);
      this.#lastRefusal = '';
      return result;
    } catch (error) {
      this.#logRefusal(error);
      return null;
    }
  }

  /** Logs once that Redis refuses the script, until it succeeds again. A lost connection is logged by the connection. */
  #logRefusal(error: unknown): void {
    const code = replyCode(error);
    if (!(error instanceof Error) || code === null || code === this.#lastRefusal) return;
    this.#lastRefusal = code;
    this.#parts.log.error(
      { reason: error.message },
      'limits: Redis rejects a command, so each instance counts alone (check the Redis user’s rights and the server’s version)',
    );
  }
}
