import { EarshotError, type User } from '@earshot/shared';
import type { Cluster, Redis } from 'ioredis';
import { forEachInBatches } from '../../async/batches.ts';
import { KeyedQueue } from '../../async/keyedQueue.ts';
import type { Logger } from '../../observe/logger.ts';
import { unavailable } from '../../redis/connection.ts';
import type { Presence, PresenceChange, PresenceEntry } from '../presence.ts';
import { Heartbeat } from './heartbeat.ts';
import { PendingAnnouncements, repairConcurrency } from './pendingAnnouncements.ts';
import { memberKey, noLease, RedisTable, type RoomUser, roomUserOf } from './table.ts';

export interface PresenceTiming {
  /** Milliseconds without a renewal after which an instance's users are removed. */
  leaseMs?: number;
  /** Milliseconds between renewals of the lease, and between checks for expired leases. */
  heartbeatMs?: number;
}

const leaseAttempts = 4;

/** A user who is present through this instance, on these connections. */
interface LocalEntry extends RoomUser {
  connections: Set<string>;
}

/** A user whose state in Redis is unconfirmed. */
interface Unconfirmed extends RoomUser {
  /** The last state announced to the room, as far as this instance knows. */
  lastAnnounced: 'present' | 'absent';
}

interface PresenceParts extends PresenceTiming {
  redis: Redis | Cluster;
  log: Logger;
  /** Must contain a hash tag: scripts need all keys in one slot. */
  prefix: string;
  onClosed?: () => void;
}

/**
 * Presence over Redis. The entries of this instance are kept in memory and, under a lease, in Redis; each change is one Redis command,
 * whatever the number of users. When the two may differ (a call failed, Redis lost data, a lease expired), memory is authoritative and the
 * next heartbeat repairs Redis. Changes that were not announced by then are reported by `onChanged`.
 */
export class RedisPresence implements Presence {
  readonly kind = 'redis';
  readonly #log: Logger;
  readonly #redis: Redis | Cluster;
  readonly #onClosed: () => void;
  readonly #leaseMs: number;
  readonly #table: RedisTable;
  readonly #localEntries = new Map<string, LocalEntry>();
  readonly #unconfirmed = new Map<string, Unconfirmed>();
  readonly #announcements = new PendingAnnouncements();
  /** Serializes the changes of a user in a room: otherwise memory and Redis could apply them in different orders. */
  readonly #queue = new KeyedQueue();
  readonly #onChanged = new Set<(change: PresenceChange) => void>();
  readonly #heartbeat: Heartbeat;
  #registering: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  /** Whether Redis was unreachable since the last comparison: its data may be an older state. */
  #isDisconnected = true;
  #quietUntil = 0;

  constructor({ redis, log, prefix, onClosed = () => {}, leaseMs = 10_000, heartbeatMs = 1_000 }: PresenceParts) {
    this.#log = log;
    this.#redis = redis;
    this.#onClosed = onClosed;
    this.#leaseMs = leaseMs;
    this.#table = new RedisTable(redis, { prefix, leaseMs });
    this.#heartbeat = new Heartbeat({ everyMs: heartbeatMs, log, task: () => this.#synchronize() });
  }

  /**
   * Must be called on every new connection to Redis: it triggers a comparison earlier than the heartbeat would, or where the heartbeat
   * would not.
   */
  onReconnected(): void {
    this.#isDisconnected = true;
    this.#heartbeat.beat();
  }

  enter({ roomId, connectionId, user }: PresenceEntry, capacity: number) {
    const key = memberKey(roomId, user.userId);
    return this.#queue.run(key, async () => {
      const entry = this.#localEntries.get(key);
      // An earlier attempt that failed may have reached Redis, and would hide that this one is the first.
      if (!entry && this.#unconfirmed.get(key)?.lastAnnounced === 'absent') await this.#repair(key);
      const unconfirmed: Unconfirmed = { roomId, user, lastAnnounced: entry ? 'present' : 'absent' };
      const reply = await this.#change(key, unconfirmed, () => this.#table.enter(unconfirmed, entry ? 0 : capacity));
      this.#unconfirmed.delete(key);
      if (reply.full) throw new EarshotError('ROOM_FULL');
      if (reply.first) this.#announcements.delete(key);
      this.#localEntries.set(key, { roomId, user, connections: new Set(entry?.connections).add(connectionId) });
      return { first: reply.first, userCount: reply.userCount };
    });
  }

  leave({ roomId, connectionId, user }: PresenceEntry) {
    const key = memberKey(roomId, user.userId);
    return this.#queue.run(key, async () => {
      const roomUser = { roomId, user };
      const entry = this.#localEntries.get(key);
      entry?.connections.delete(connectionId);
      if (entry?.connections.size === 0) {
        this.#localEntries.delete(key);
        const reply = await this.#change(key, { ...roomUser, lastAnnounced: 'present' }, () =>
          this.#table.leave(roomUser),
        );
        // Otherwise the entry stays unconfirmed: Redis may not know the user, while the departure still has to be announced.
        if (reply.last) {
          this.#unconfirmed.delete(key);
          this.#announcements.delete(key);
        }
        return reply;
      }
      return { last: false, userCount: await this.#read(() => this.#table.count(roomId)) };
    });
  }

  counts(roomIds: readonly string[]): Promise<number[]> {
    return this.#read(() => Promise.all(roomIds.map((roomId) => this.#table.count(roomId))));
  }

  look(roomId: string, userId: string): Promise<{ isPresent: boolean; userCount: number }> {
    return this.#read(() => this.#table.look(roomId, userId));
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
    await this.#heartbeat.stop();
    await this.#queue.drained();
    // Includes users who could not be removed: their departure is unconfirmed.
    const left = this.#localEntries.size + this.#unconfirmed.size;
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
      throw unavailable(error);
    }
  }

  /** Changes Redis under a lease. When that fails the outcome is unknown, and the heartbeat resolves it. */
  async #change<T>(key: string, unconfirmed: Unconfirmed, change: () => Promise<T | typeof noLease>): Promise<T> {
    if (this.#closing) throw new EarshotError('BROKER_UNAVAILABLE');
    try {
      // The epoch may change between taking the lease and using it, while a new connection is made.
      for (let attempt = 1; attempt <= leaseAttempts; attempt += 1) {
        const reply = await change();
        if (reply !== noLease) return reply;
        this.#markUnconfirmed(key, unconfirmed);
        await this.#register();
      }
      throw new Error('the lease was lost repeatedly');
    } catch (error) {
      this.#markUnconfirmed(key, unconfirmed);
      // The command may still be in progress, even over another connection, and must not undo later changes.
      this.#table.nextEpoch();
      throw unavailable(error);
    }
  }

  /** Marks the user as unconfirmed. The announced state from before an earlier failure still counts. */
  #markUnconfirmed(key: string, unconfirmed: Unconfirmed): void {
    if (!this.#unconfirmed.has(key)) this.#unconfirmed.set(key, unconfirmed);
  }

  #register(): Promise<void> {
    this.#registering ??= this.#takeLease().finally(() => {
      this.#registering = undefined;
    });
    return this.#registering;
  }

  async #takeLease(): Promise<void> {
    try {
      const status = await this.#table.register();
      if (status === 'known') return;
      this.#markAllUnconfirmed();
      // The instance that removed the users has announced it. When Redis lost its data, no instance did, but the counts that others
      // announced while users were restored one by one are wrong.
      if (status === 'reaped')
        for (const unconfirmed of this.#unconfirmed.values()) unconfirmed.lastAnnounced = 'absent';
      else for (const { roomId } of this.#localEntries.values()) this.#announcements.addRoom(roomId);
    } catch (error) {
      this.#markAllUnconfirmed(); // it may have succeeded, and the next answer may be `known`
      throw error;
    }
  }

  #markAllUnconfirmed(): void {
    for (const [key, { roomId, user }] of this.#localEntries)
      this.#markUnconfirmed(key, { roomId, user, lastAnnounced: 'present' });
  }

  async #synchronize(): Promise<void> {
    try {
      await this.#renewLease();
    } catch (error) {
      this.#isDisconnected = true;
      throw error;
    }
    await forEachInBatches(this.#unconfirmed.keys(), repairConcurrency, (key) =>
      this.#queue.run(key, () => this.#repair(key)),
    );
    if (performance.now() < this.#quietUntil) return;
    await this.#releaseExpired();
    await this.#announcements.announce(this.#table, this.#announce);
  }

  async #renewLease(): Promise<void> {
    if (this.#redis.status !== 'ready') throw new Error('not connected');
    if (this.#isDisconnected) this.#table.nextEpoch();
    if (!(await this.#table.renew())) await this.#register();
    if (!this.#isDisconnected) return;
    await this.#compare();
    // After an outage every lease may have expired. Let live instances return, and resubscribe to their rooms, before expired leases are
    // released and changes are announced.
    this.#quietUntil = performance.now() + this.#leaseMs / 2;
    this.#isDisconnected = false;
  }

  /** Marks differences between memory and Redis as unconfirmed: a promoted replica, or a restart from a file, may lack recent changes. */
  async #compare(): Promise<void> {
    const held = new Set(await this.#table.held());
    for (const [key, entry] of this.#localEntries) {
      if (!held.has(key)) this.#markUnconfirmed(key, { ...entry, lastAnnounced: 'present' });
    }
    for (const key of held) {
      if (!this.#localEntries.has(key)) this.#markUnconfirmed(key, { ...roomUserOf(key), lastAnnounced: 'absent' });
    }
  }

  /** Makes Redis match memory. */
  async #repair(key: string): Promise<void> {
    const unconfirmed = this.#unconfirmed.get(key);
    if (!unconfirmed) return;
    const entry = this.#localEntries.get(key);
    if (entry) {
      const { first } = await this.#change(key, unconfirmed, () => this.#table.enter(entry, 0));
      if (first && unconfirmed.lastAnnounced === 'absent') this.#announcements.add('joined', entry);
    } else {
      const { last } = await this.#change(key, unconfirmed, () => this.#table.leave(unconfirmed));
      if (unconfirmed.lastAnnounced === 'present') this.#announcements.add('left', unconfirmed);
      else if (last) this.#announcements.addRoom(unconfirmed.roomId); // was counted but not announced
    }
    this.#unconfirmed.delete(key);
  }

  async #releaseExpired(): Promise<void> {
    for (let left = await this.#table.releaseExpired(); left; left = await this.#table.releaseExpired()) {
      for (const one of left) this.#announce({ type: 'left', ...one });
    }
  }

  readonly #announce = (change: PresenceChange): void => {
    for (const listener of this.#onChanged) listener(change);
  };
}
