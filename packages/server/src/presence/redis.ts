import { EarshotError, type User } from '@earshot/shared';
import type { Redis } from 'ioredis';
import type { Logger } from '../observe/logger.ts';
import { answerTimeout, connectRedis, unavailable } from '../redisConnection.ts';
import { KeyedQueue } from './keyedQueue.ts';
import type { Presence, PresenceEntry } from './presence.ts';
import { memberOf, noLease, type Place, RedisTable } from './redisTable.ts';

export interface RedisPresenceOptions {
  url: string;
  log: Logger;
  /** What all keys begin with. */
  prefix?: string;
  /** Milliseconds an instance may be silent before its people are taken out. */
  leaseMs?: number;
  /** Milliseconds between two renewals of the lease, and between two looks for ended ones. */
  heartbeatMs?: number;
}

/** Changes on their way to Redis at one time when much has to be put right. */
const doubtsAtOnce = 500;

/** A user who is present through this instance, on these connections. */
interface Hold extends Place {
  connections: Set<string>;
}

type Expired = Parameters<Parameters<Presence['onExpired']>[0]>[0];

/**
 * Presence over Redis. What this instance holds stands in its memory and, under a lease, in Redis; one step of Redis
 * per change, whatever the number of users. Where the two may differ (a call failed, Redis lost its data, a lease ran
 * out), memory is right and the next heartbeat sees to it.
 */
export function createRedisPresence(options: RedisPresenceOptions): Presence {
  return new RedisPresence(options);
}

class RedisPresence implements Presence {
  readonly kind = 'redis';
  readonly #log: Logger;
  readonly #redis: Redis;
  readonly #table: RedisTable;
  readonly #holds = new Map<string, Hold>();
  /** What Redis may have wrong. */
  readonly #doubtful = new Map<string, Place>();
  /** One change of a user in a room at a time: else memory and Redis could be told in different orders. */
  readonly #queue = new KeyedQueue();
  readonly #onExpired = new Set<(left: Expired) => void>();
  readonly #timer: NodeJS.Timeout;
  #registering: Promise<void> | undefined;
  #beating: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #releaseFrom = 0;
  #lastRefusal = '';

  constructor({
    url,
    log,
    prefix = 'earshot:{presence}:',
    leaseMs = 10_000,
    heartbeatMs = 1_000,
  }: RedisPresenceOptions) {
    this.#log = log;
    this.#redis = connectRedis({ url, log, name: 'presence', commandTimeout: answerTimeout });
    this.#table = new RedisTable(this.#redis, { prefix, leaseMs });
    this.#redis.on('ready', () => {
      this.#table.nextEpoch();
      // After an outage everybody's lease may have run out. Let the living come back before looking for the dead.
      this.#releaseFrom = performance.now() + leaseMs / 2;
      this.#beat();
    });
    this.#timer = setInterval(() => this.#beat(), heartbeatMs);
    this.#timer.unref();
  }

  enter({ roomId, connectionId, user }: PresenceEntry, capacity: number) {
    const key = memberOf(roomId, user.userId);
    return this.#queue.run(key, async () => {
      const hold = this.#holds.get(key);
      const place = { roomId, user };
      const reply = await this.#change(place, () => this.#table.enter(place, hold ? 0 : capacity));
      if (reply.full) throw new EarshotError('ROOM_FULL');
      this.#holds.set(key, { ...place, connections: new Set(hold?.connections).add(connectionId) });
      return { first: reply.first, userCount: reply.userCount };
    });
  }

  leave({ roomId, connectionId, user }: PresenceEntry) {
    const key = memberOf(roomId, user.userId);
    return this.#queue.run(key, async () => {
      const hold = this.#holds.get(key);
      hold?.connections.delete(connectionId);
      if (hold?.connections.size === 0) {
        this.#holds.delete(key);
        return this.#change(hold, () => this.#table.leave(hold));
      }
      return { last: false, userCount: await this.#read(() => this.#table.count(roomId)) };
    });
  }

  counts(roomIds: readonly string[]): Promise<number[]> {
    return this.#read(() => Promise.all(roomIds.map((roomId) => this.#table.count(roomId))));
  }

  async list(roomId: string, limit: number): Promise<User[]> {
    const users = await this.#read(() => this.#table.users(roomId));
    return users.sort((a, b) => (a.userId < b.userId ? -1 : 1)).slice(0, limit);
  }

  onExpired(listener: (left: Expired) => void): () => void {
    const own = (left: Expired) => listener(left);
    this.#onExpired.add(own);
    return () => this.#onExpired.delete(own);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#queue.drained();
    this.#holds.clear();
    try {
      await this.#table.releaseOwn();
    } catch (error) {
      this.#log.warn({ reason: String(error) }, 'presence not taken back: another instance will, after the lease');
    }
    this.#redis.disconnect();
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Changes Redis under a lease. When that fails nobody knows whether it was done: the heartbeat settles it. */
  async #change<T>(place: Place, change: () => Promise<T | typeof noLease>): Promise<T> {
    if (this.#closing) throw new EarshotError('BROKER_UNAVAILABLE');
    try {
      let reply = await change();
      if (reply === noLease) {
        await this.#register();
        reply = await change();
      }
      if (reply === noLease) throw new Error('the lease was lost again');
      return reply;
    } catch (error) {
      this.#doubtful.set(memberOf(place.roomId, place.user.userId), place);
      throw unavailable(error);
    }
  }

  #register(): Promise<void> {
    this.#registering ??= this.#takeLease().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  async #takeLease(): Promise<void> {
    const known = await this.#table.register();
    if (!known) for (const [key, hold] of this.#holds) this.#doubtful.set(key, hold);
  }

  #beat(): void {
    if (this.#beating || this.#closing || this.#redis.status !== 'ready') return;
    this.#beating = this.#keepUp()
      .then(() => {
        this.#lastRefusal = '';
      })
      .catch((error: unknown) => this.#logRefusal(error))
      .finally(() => {
        this.#beating = undefined;
      });
  }

  async #keepUp(): Promise<void> {
    if (!(await this.#table.renew())) await this.#register();
    await this.#settleDoubts();
    if (performance.now() >= this.#releaseFrom) await this.#releaseExpired();
  }

  /** Makes Redis agree with memory. */
  async #settleDoubts(): Promise<void> {
    const doubts = [...this.#doubtful];
    while (doubts.length > 0) {
      await Promise.all(doubts.splice(0, doubtsAtOnce).map(([key, place]) => this.#settle(key, place)));
    }
  }

  #settle(key: string, place: Place): Promise<unknown> {
    return this.#queue.run(key, () => {
      this.#doubtful.delete(key); // stands there again if this fails
      const hold = this.#holds.get(key);
      return this.#change<unknown>(place, () => (hold ? this.#table.enter(hold, 0) : this.#table.leave(place)));
    });
  }

  async #releaseExpired(): Promise<void> {
    for (let left = await this.#table.releaseExpired(); left; left = await this.#table.releaseExpired()) {
      for (const one of left) for (const listener of this.#onExpired) listener(one);
    }
  }

  /** Redis is there and refuses: said once for as long as it goes on. A lost connection is logged where it is kept. */
  #logRefusal(error: unknown): void {
    const cause = error instanceof EarshotError ? error.cause : error;
    if (!(cause instanceof Error) || cause.name !== 'ReplyError' || cause.message === this.#lastRefusal) return;
    this.#lastRefusal = cause.message;
    this.#log.error({ reason: cause.message }, 'Redis refuses what presence needs');
  }
}
