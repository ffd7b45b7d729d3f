import { EarshotError } from '@earshot/shared';
import type { Cluster, Redis } from 'ioredis';
import { forEachInBatches } from '../../async/batches.ts';
import type { KeyedQueue } from '../../async/keyedQueue.ts';
import { brokerUnavailable } from '../../redis/redisConnection.ts';
import type { PresenceChange } from '../presence.ts';
import { PendingAnnouncements, repairConcurrency } from './pendingAnnouncements.ts';
import { noLease, type PresenceTable, type RoomUser, roomUserOf } from './presenceTable.ts';

const leaseAttempts = 4;

/** A user who is present through this instance, by these watches. */
export interface LocalEntry extends RoomUser {
  watchIds: Set<string>;
}

/** A user whose state in Redis is unconfirmed. */
export interface Unconfirmed extends RoomUser {
  /** The last state announced to the room, as far as this instance knows. */
  lastAnnounced: 'present' | 'absent';
}

interface ReconcilerParts {
  redis: Redis | Cluster;
  table: PresenceTable;
  /** The users present through this instance, by `memberKey`. */
  localEntries: ReadonlyMap<string, LocalEntry>;
  /** Serializes the changes of a user in a room. */
  queue: KeyedQueue;
  leaseMs: number;
  onChanged: (change: PresenceChange) => void;
}

/**
 * Changes Redis, and repairs it where it may differ from memory: after a call that failed, lost data, or an expired lease. Memory is
 * authoritative. Reports the changes that were not announced by then, also those of instances that died.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts;
  readonly #unconfirmed = new Map<string, Unconfirmed>();
  readonly #announcements = new PendingAnnouncements();
  #registering: Promise<void> | undefined;
  #isClosed = false;
  /** Whether Redis was unreachable since the last comparison: its data may be an older state. */
  #isDisconnected = true;
  #releasesPausedUntil = 0;

  constructor(parts: ReconcilerParts) {
    this.#parts = parts;
  }

  /** Number of users whose state in Redis is unconfirmed. */
  get unconfirmedCount(): number {
    return this.#unconfirmed.size;
  }

  /** Whether the user is unconfirmed, and was last announced as absent. */
  isUnconfirmedArrival(key: string): boolean {
    return this.#unconfirmed.get(key)?.lastAnnounced === 'absent';
  }

  /** Must be called on every new connection to Redis. */
  onReconnected(): void {
    this.#isDisconnected = true;
  }

  /** Rejects all changes from now on. */
  close(): void {
    this.#isClosed = true;
  }

  /** Records that Redis has the user's state. `isAnnounced`: the caller announces the change. */
  confirm(key: string, { isAnnounced }: { isAnnounced: boolean }): void {
    this.#unconfirmed.delete(key);
    if (isAnnounced) this.#announcements.delete(key);
  }

  /** Changes Redis under a lease. When that fails the outcome is unknown, and the heartbeat resolves it. */
  async change<T>(key: string, unconfirmed: Unconfirmed, change: () => Promise<T | typeof noLease>): Promise<T> {
    if (this.#isClosed) throw new EarshotError('BROKER_UNAVAILABLE');
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
      this.#parts.table.nextEpoch();
      throw brokerUnavailable(error);
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
      const status = await this.#parts.table.register();
      if (status === 'known') return;
      this.#markAllUnconfirmed();
      // The instance that removed the users has announced it. When Redis lost its data, no instance did, but the counts that others
      // announced while users were restored one by one are wrong.
      if (status === 'reaped')
        for (const unconfirmed of this.#unconfirmed.values()) unconfirmed.lastAnnounced = 'absent';
      else for (const { roomId } of this.#parts.localEntries.values()) this.#announcements.addRoom(roomId);
    } catch (error) {
      this.#markAllUnconfirmed(); // it may have succeeded, and the next answer may be `known`
      throw error;
    }
  }

  #markAllUnconfirmed(): void {
    for (const [key, { roomId, user }] of this.#parts.localEntries)
      this.#markUnconfirmed(key, { roomId, user, lastAnnounced: 'present' });
  }

  /** One run of the heartbeat: renews the lease, repairs, and releases expired leases. */
  async synchronize(): Promise<void> {
    try {
      await this.#renewLease();
    } catch (error) {
      this.#isDisconnected = true;
      throw error;
    }
    await forEachInBatches(this.#unconfirmed.keys(), repairConcurrency, (key) =>
      this.#parts.queue.run(key, () => this.repair(key)),
    );
    if (performance.now() < this.#releasesPausedUntil) return;
    await this.#releaseExpired();
    await this.#announcements.announce(this.#parts.table, this.#parts.onChanged);
  }

  async #renewLease(): Promise<void> {
    if (this.#parts.redis.status !== 'ready') throw new Error('not connected');
    if (this.#isDisconnected) this.#parts.table.nextEpoch();
    if (!(await this.#parts.table.renew())) await this.#register();
    if (!this.#isDisconnected) return;
    await this.#compare();
    // After an outage every lease may have expired. Let live instances return, and resubscribe to their rooms, before expired leases are
    // released and changes are announced.
    this.#releasesPausedUntil = performance.now() + this.#parts.leaseMs / 2;
    this.#isDisconnected = false;
  }

  /** Marks differences between memory and Redis as unconfirmed: a promoted replica, or a restart from a file, may lack recent changes. */
  async #compare(): Promise<void> {
    const held = new Set(await this.#parts.table.held());
    for (const [key, entry] of this.#parts.localEntries) {
      if (!held.has(key)) this.#markUnconfirmed(key, { ...entry, lastAnnounced: 'present' });
    }
    for (const key of held) {
      if (!this.#parts.localEntries.has(key))
        this.#markUnconfirmed(key, { ...roomUserOf(key), lastAnnounced: 'absent' });
    }
  }

  /** Makes Redis match memory for one user. */
  async repair(key: string): Promise<void> {
    const unconfirmed = this.#unconfirmed.get(key);
    if (!unconfirmed) return;
    const entry = this.#parts.localEntries.get(key);
    if (entry) {
      const { hasJoined } = await this.change(key, unconfirmed, () => this.#parts.table.enter(entry, 0));
      if (hasJoined && unconfirmed.lastAnnounced === 'absent') this.#announcements.add('joined', entry);
    } else {
      const { hasLeft } = await this.change(key, unconfirmed, () => this.#parts.table.leave(unconfirmed));
      if (unconfirmed.lastAnnounced === 'present') this.#announcements.add('left', unconfirmed);
      else if (hasLeft) this.#announcements.addRoom(unconfirmed.roomId); // was counted but not announced
    }
    this.#unconfirmed.delete(key);
  }

  async #releaseExpired(): Promise<void> {
    for (let left = await this.#parts.table.releaseExpired(); left; left = await this.#parts.table.releaseExpired()) {
      for (const one of left) this.#parts.onChanged({ type: 'left', ...one });
    }
  }
}
