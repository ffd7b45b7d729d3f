import { EarshotError, limits, type User } from '@earshot/shared';
import { TickShares } from '../async/tickShares.ts';
import type { Hub } from '../feed/hub.ts';
import type { Logger } from '../observe/logger.ts';
import type { Entered, Presence, PresenceEntry } from '../presence/presence.ts';
import type { Announcer } from './announcer.ts';
import type { Connection } from './connection.ts';

/** Milliseconds that a user stays present after a broken connection: most reconnect within that time. */
const graceMs = 3_000;

interface LocalPresenceOptions {
  presence: Presence;
  announcer: Announcer;
  hub: Pick<Hub, 'publish'>;
  log: Logger;
  /** Maximum number of users present in one room; 0: unlimited. */
  capacity: number;
}

/**
 * The users of this instance in their rooms. Adds users to presence and announces them; removes and announces them immediately after a
 * clean disconnect, and after a grace period when the connection broke.
 */
export class LocalPresence {
  readonly #options: LocalPresenceOptions;
  /** Each entry with the connection that entered it. */
  readonly #entries = new Map<PresenceEntry, string>();
  readonly #graceTimers = new Map<PresenceEntry, NodeJS.Timeout>();
  readonly #pendingLeaves = new Set<Promise<void>>();
  /** Many connections break at once when a proxy or a network fails. */
  readonly #tickShares = new TickShares();
  #closed = false;

  constructor(options: LocalPresenceOptions) {
    this.#options = options;
  }

  /** Throws `ROOM_FULL`. `connectionId`: the connection that does not receive the announcement of its own join. */
  async enter(entry: PresenceEntry, connectionId: string): Promise<void> {
    if (this.#closed) throw new EarshotError('SERVER_STOPPING');
    const entered = await this.#options.presence.enter(entry, this.#options.capacity);
    this.#entries.set(entry, connectionId);
    this.#announce(entry, entered, connectionId);
    if (this.#closed) await this.#leaveNow(entry);
  }

  /** Replaces the name in the entries of a connection whose user has another name now. Never throws. */
  rename({ id, presenceEntries, user }: Pick<Connection, 'id' | 'presenceEntries' | 'user'>): void {
    for (const entry of presenceEntries) {
      if (entry.user.username === user.username || !this.#entries.has(entry)) continue;
      entry.user = user;
      this.#options.presence.enter({ ...entry }, 0).then(
        (entered) => this.#announce(entry, entered, id),
        (error) => this.#options.log.debug({ err: error, roomId: entry.roomId }, 'name not updated in presence'),
      );
    }
  }

  #announce({ roomId, user }: PresenceEntry, entered: Entered, connectionId: string): void {
    const { announcer } = this.#options;
    const { hasJoined, userCount, formerName } = entered;
    if (hasJoined) void announcer.announce({ type: 'user.joined', roomId, user, userCount, connectionId });
    else if (formerName !== undefined) void announcer.announceName({ roomId, user, userCount, formerName });
  }

  /**
   * Must be called when a user is named in other rooms than before: the watchers of the rooms where the user is present receive a join or a leave,
   * with an unchanged count. Never rejects.
   */
  async announceVisibility(
    userId: string,
    isVisibleIn: { before(roomId: string): boolean; now(roomId: string): boolean },
  ) {
    const { presence, hub, log } = this.#options;
    const changed = new Map<string, User>();
    for (const { roomId, user } of this.#entries.keys()) {
      if (user.userId === userId && isVisibleIn.before(roomId) !== isVisibleIn.now(roomId)) changed.set(roomId, user);
    }
    try {
      const counts = await presence.counts([...changed.keys()]);
      for (const [i, [roomId, user]] of [...changed].entries()) {
        const userCount = counts[i] ?? 0;
        const type = isVisibleIn.now(roomId) ? 'user.joined' : 'user.left';
        const isCrowded = userCount > limits.announcedPresenceMax;
        if (!isCrowded) void hub.publish(roomId, { type, user, userCount });
      }
    } catch (error) {
      log.debug({ err: error }, 'changed visibility not announced');
    }
  }

  leave(entry: PresenceEntry, isBroken: boolean): void {
    if (isBroken && !this.#closed) {
      const leave = () => void this.#leaveNow(entry);
      const timer = setTimeout(() => this.#tickShares.run(leave), graceMs);
      this.#graceTimers.set(entry, timer);
    } else void this.#leaveNow(entry);
  }

  /** Removes all entries, including those of watches that have not ended yet, and announces them. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#options.announcer.close();
    for (const entry of this.#entries.keys()) void this.#leaveNow(entry);
    await Promise.all(this.#pendingLeaves);
  }

  #leaveNow(entry: PresenceEntry): Promise<void> {
    clearTimeout(this.#graceTimers.get(entry));
    this.#graceTimers.delete(entry);
    const connectionId = this.#entries.get(entry);
    if (connectionId === undefined) return Promise.resolve();
    this.#entries.delete(entry);
    const leaving = this.#removeEntry(entry, connectionId).finally(() => this.#pendingLeaves.delete(leaving));
    this.#pendingLeaves.add(leaving);
    return leaving;
  }

  async #removeEntry(entry: PresenceEntry, connectionId: string): Promise<void> {
    const { presence, announcer, log } = this.#options;
    const { roomId, user } = entry;
    try {
      const { hasLeft, userCount } = await presence.leave(entry);
      if (hasLeft) await announcer.announce({ type: 'user.left', roomId, user, userCount, connectionId });
    } catch (error) {
      // The driver removes the entry once its service is back.
      log.warn({ err: error, roomId }, 'user not removed from presence (removed when presence is reachable again)');
    }
  }
}
