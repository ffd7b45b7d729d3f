import { EarshotError, type User } from '@earshot/shared';
import type { Cluster, Redis } from 'ioredis';
import { KeyedQueue } from '../../async/keyedQueue.ts';
import type { Logger } from '../../observe/logger.ts';
import { brokerUnavailable, connectRedis } from '../../redis/redisConnection.ts';
import type { Presence, PresenceChange, PresenceEntry } from '../presence.ts';
import { Heartbeat } from './heartbeat.ts';
import { memberKey, PresenceTable } from './presenceTable.ts';
import { type LocalEntry, Reconciler, type Unconfirmed } from './reconciler.ts';

export interface PresenceTiming {
  /** Milliseconds without a renewal after which an instance's users are removed. */
  leaseMs?: number;
  /** Milliseconds between renewals of the lease, and between checks for expired leases. */
  heartbeatMs?: number;
}

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
  const redis = connectRedis({ url, log, name: 'presence', hasCommandTimeout: true });
  const presence = new RedisPresence({ redis, log, prefix, onClosed: () => redis.disconnect(), ...timing });
  redis.on('ready', () => presence.onReconnected());
  return presence;
}

interface PresenceParts extends PresenceTiming {
  redis: Redis | Cluster;
  log: Logger;
  /** Must contain a hash tag: scripts need all keys in one slot. */
  prefix: string;
  onClosed?: () => void;
}

/**
 * Presence over Redis. The entries of this instance are kept in memory and, under a lease, in Redis; the changes of one tick of the event loop
 * share commands, and one lease is renewed for all users. When the two may differ, memory is authoritative and the next heartbeat repairs Redis.
 */
export class RedisPresence implements Presence {
  readonly kind = 'redis';
  readonly #log: Logger;
  readonly #onClosed: () => void;
  readonly #table: PresenceTable;
  readonly #localEntries = new Map<string, LocalEntry>();
  /** Serializes the changes of a user in a room: otherwise memory and Redis could apply them in different orders. */
  readonly #queue = new KeyedQueue();
  readonly #onChanged = new Set<(change: PresenceChange) => void>();
  readonly #reconciler: Reconciler;
  readonly #heartbeat: Heartbeat;
  #closing: Promise<void> | undefined;

  constructor({ redis, log, prefix, onClosed = () => {}, leaseMs = 10_000, heartbeatMs = 1_000 }: PresenceParts) {
    this.#log = log;
    this.#onClosed = onClosed;
    this.#table = new PresenceTable(redis, { prefix, leaseMs });
    this.#reconciler = new Reconciler({
      ...{ redis, leaseMs },
      table: this.#table,
      localEntries: this.#localEntries,
      queue: this.#queue,
      onChanged: this.#report,
    });
    this.#heartbeat = new Heartbeat({ everyMs: heartbeatMs, log, task: () => this.#reconciler.synchronize() });
  }

  /**
   * Must be called on every new connection to Redis: it triggers a comparison earlier than the heartbeat would, or where the heartbeat
   * would not.
   */
  onReconnected(): void {
    this.#reconciler.onReconnected();
    this.#heartbeat.beat();
  }

  enter({ roomId, watchId, user }: PresenceEntry, capacity: number) {
    const key = memberKey(roomId, user.userId);
    return this.#queue.run(key, async () => {
      const entry = this.#localEntries.get(key);
      // An earlier attempt that failed may have reached Redis, and would hide that this one is the first.
      if (!entry && this.#reconciler.isUnconfirmedArrival(key)) await this.#reconciler.repair(key);
      const unconfirmed: Unconfirmed = { roomId, user, lastAnnounced: entry ? 'present' : 'absent' };
      const enter = () => this.#table.enter(unconfirmed, entry ? 0 : capacity);
      const reply = await this.#reconciler.change(key, unconfirmed, enter);
      this.#reconciler.confirm(key, { isAnnounced: reply.hasJoined && !reply.isFull });
      if (reply.isFull) throw new EarshotError('ROOM_FULL');
      this.#localEntries.set(key, { roomId, user, watchIds: new Set(entry?.watchIds).add(watchId) });
      const { hasJoined, userCount, formerName } = reply;
      return { hasJoined, userCount, formerName };
    });
  }

  leave({ roomId, watchId, user }: PresenceEntry) {
    const key = memberKey(roomId, user.userId);
    return this.#queue.run(key, async () => {
      const roomUser = { roomId, user };
      const entry = this.#localEntries.get(key);
      entry?.watchIds.delete(watchId);
      if (entry?.watchIds.size === 0) {
        this.#localEntries.delete(key);
        const unconfirmed: Unconfirmed = { ...roomUser, lastAnnounced: 'present' };
        const reply = await this.#reconciler.change(key, unconfirmed, () => this.#table.leave(roomUser));
        // Otherwise the entry stays unconfirmed: Redis may not know the user, while the departure still has to be announced.
        if (reply.hasLeft) this.#reconciler.confirm(key, { isAnnounced: true });
        return reply;
      }
      return { hasLeft: false, userCount: await this.#read(() => this.#table.count(roomId)) };
    });
  }

  counts(roomIds: readonly string[]): Promise<number[]> {
    return this.#read(() => Promise.all(roomIds.map((roomId) => this.#table.count(roomId))));
  }

  statusOf(roomId: string, userId: string): Promise<{ isPresent: boolean; userCount: number }> {
    return this.#read(() => this.#table.statusOf(roomId, userId));
  }

  async list(roomId: string, limit: number): Promise<User[]> {
    const users = await this.#read(() => this.#table.users(roomId, limit));
    return users.sort((a, b) => (a.userId < b.userId ? -1 : 1));
  }

  onChanged(listener: (change: PresenceChange) => void): () => void {
    const own = (change: PresenceChange) => listener(change);
    this.#onChanged.add(own);
    return () => this.#onChanged.delete(own);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#reconciler.close();
    await this.#heartbeat.stop();
    await this.#queue.drained();
    // Includes users who could not be removed: their departure is unconfirmed.
    const left = this.#localEntries.size + this.#reconciler.unconfirmedCount;
    this.#localEntries.clear();
    try {
      await this.#table.releaseOwn();
    } catch (error) {
      if (left > 0)
        this.#log.warn(
          { reason: String(error) },
          'presence not removed: Redis is unreachable (another instance removes it when the lease expires)',
        );
    }
    this.#onClosed();
  }

  async #read<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw brokerUnavailable(error);
    }
  }

  readonly #report = (change: PresenceChange): void => {
    for (const listener of this.#onChanged) listener(change);
  };
}
