import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared';
import type { Hub } from '../../feed/hub.ts';
import { PeriodicCheck } from '../../feed/periodicCheck.ts';
import type { Logger } from '../../observe/logger.ts';
import type { ExpiringRoom, SweepName } from '../../store/expiry.ts';
import type { MessageRef, Store } from '../../store/store.ts';
import type { Retention } from './retention.ts';

export interface SweeperTimes {
  /** Between two checks for sweeps that are due. */
  pollMs: number;
  /** For which an instance takes a sweep. After that another one takes it over, unless the first renews it. */
  leaseMs: number;
  /** Between the starts of two sweeps of the rooms with a time of their own. */
  ownTimesMs: number;
  /** Between the starts of two sweeps of all rooms. */
  allRoomsMs: number;
  /** After a step that deleted messages. A step takes a few milliseconds, so sends hardly wait. */
  pauseMs: number;
  /** After a step in which nothing had expired. Nearly all rooms are like that, and there may be millions. */
  idlePauseMs: number;
  /** From the last change of a message to its deletion: longer than a feed may take to receive it. */
  settleMs: number;
}

const defaultTimes: SweeperTimes = {
  pollMs: 30_000,
  leaseMs: 60_000,
  ownTimesMs: 10 * 60_000,
  allRoomsMs: 6 * 60 * 60_000,
  pauseMs: 10,
  idlePauseMs: 40,
  settleMs: 60_000,
};

/** Rooms in one step. */
const roomsPerStep = 50;

interface SweeperParts {
  store: Pick<Store, 'expiry' | 'change'>;
  hub: Pick<Hub, 'publish'>;
  retention: Retention;
  log: Logger;
  /** Reports the number of messages that were deleted. */
  onDeleted: (count: number) => void;
}

/** A sweep that this instance has taken. */
interface Lease {
  name: SweepName;
  /** The last room that is done; null if none is. */
  after: string | null;
  /** When it was taken or renewed, in milliseconds since 1970. */
  renewedAt: number;
}

/** Deletes expired messages. Every instance has a sweeper; the store decides which one sweeps. */
export class Sweeper {
  readonly #parts: SweeperParts;
  readonly #times: SweeperTimes;
  readonly #check: PeriodicCheck;
  readonly #closed = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: SweeperParts, times: Partial<SweeperTimes> = {}) {
    this.#parts = parts;
    this.#times = { ...defaultTimes, ...times };
    this.#check = new PeriodicCheck(this.#times.pollMs, () => {
      this.#running = this.#sweepDue();
      return this.#running;
    });
  }

  start(): void {
    this.#check.start();
    this.#check.request();
  }

  /** Resolves after the step in progress. The sweep continues on another instance, or after the next start. */
  async close(): Promise<void> {
    this.#check.stop();
    this.#closed.abort();
    await this.#running;
  }

  /** Never rejects. */
  async #sweepDue(): Promise<void> {
    const { retention, log } = this.#parts;
    try {
      await this.#sweep('ownTimes', this.#times.ownTimesMs);
      if (retention.ttlMs !== null) await this.#sweep('allRooms', this.#times.allRoomsMs);
    } catch (err) {
      log.warn({ err }, 'deletion of expired messages interrupted (it is retried; they stay hidden)');
    }
  }

  async #sweep(name: SweepName, everyMs: number): Promise<void> {
    const { store, log } = this.#parts;
    const { leaseMs, pauseMs, idlePauseMs } = this.#times;
    const next = this.#after(everyMs);
    const taken = await store.expiry.take(name, this.#after(0), this.#after(leaseMs));
    if (taken === null) return;
    const lease: Lease = { name, after: taken.after, renewedAt: this.#now() };
    let deleted = 0;
    for await (const roomIds of name === 'allRooms' ? this.#allRooms(lease.after) : this.#roomsWithOwnTime()) {
      const deletedInStep = await this.#sweepRooms(roomIds, lease);
      deleted += deletedInStep;
      // Stopped in the middle of the rooms: they are done again.
      if (this.#closed.signal.aborted) return store.expiry.save(name, { after: lease.after, dueAt: this.#after(0) });
      lease.after = roomIds.at(-1) ?? null;
      await this.#renew(lease);
      await delay(deletedInStep > 0 ? pauseMs : idlePauseMs);
    }
    await store.expiry.save(name, { after: null, dueAt: next });
    if (deleted > 0) log.info({ messages: deleted }, 'expired messages deleted');
  }

  /** Keeps other instances from taking the sweep over. Called after each step: a room may have messages for many steps. */
  async #renew(lease: Lease): Promise<void> {
    const { leaseMs } = this.#times;
    if (this.#now() - lease.renewedAt <= leaseMs / 3) return;
    const { name, after } = lease;
    await this.#parts.store.expiry.save(name, { after, dueAt: this.#after(leaseMs) });
    lease.renewedAt = this.#now();
  }

  async *#allRooms(after: string | null): AsyncGenerator<string[]> {
    for (let last = after; ; ) {
      const roomIds = await this.#parts.store.expiry.roomsAfter(last, roomsPerStep);
      if (roomIds.length === 0) return;
      yield roomIds;
      last = roomIds.at(-1) ?? null;
    }
  }

  /** The rooms of one step each. From the first one, wherever an interrupted sweep was: they are few. */
  *#roomsWithOwnTime(): Generator<string[]> {
    let roomIds: string[] = [];
    for (const roomId of this.#parts.retention.roomsWithOwnTime) {
      roomIds.push(roomId);
      if (roomIds.length < roomsPerStep) continue;
      yield roomIds;
      roomIds = [];
    }
    if (roomIds.length > 0) yield roomIds;
  }

  /** Deletes what has expired in the rooms. Returns the number of deleted messages. */
  async #sweepRooms(roomIds: readonly string[], lease: Lease): Promise<number> {
    const { store, retention, onDeleted } = this.#parts;
    const { pauseMs, settleMs } = this.#times;
    const rooms: ExpiringRoom[] = retention.expiring(roomIds);
    let total = 0;
    while (!this.#closed.signal.aborted) {
      const { deleted, hasMore, heads } = await store.expiry.deleteExpired(rooms, this.#after(-settleMs));
      if (deleted > 0) onDeleted(deleted);
      total += deleted;
      if (!hasMore) {
        for (const head of heads) await this.#deleteHead(head);
        break;
      }
      await this.#renew(lease);
      await delay(pauseMs);
    }
    return total;
  }

  /**
   * Replaces an expired message whose change is the latest of its room with a tombstone. Watchers receive it like every deletion. A later sweep
   * deletes the tombstone, once there is a later change.
   */
  async #deleteHead(target: MessageRef): Promise<void> {
    const { store, hub } = this.#parts;
    try {
      const { message, isChanged } = await store.change(target, { type: 'delete' });
      if (isChanged) await hub.publish(target.roomId, { type: 'message.updated', message });
    } catch (error) {
      if (!(error instanceof EarshotError && error.code === 'MESSAGE_NOT_FOUND')) throw error;
    }
  }

  #now(): number {
    return this.#parts.retention.clock();
  }

  #after(ms: number): Date {
    return new Date(this.#now() + ms);
  }
}
