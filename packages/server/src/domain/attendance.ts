import { EarshotError } from '@earshot/shared';
import { TurnShare } from '../feed/turnShare.ts';
import type { Logger } from '../observe/logger.ts';
import type { Presence, PresenceEntry } from '../presence/presence.ts';
import type { Announcer } from './announcer.ts';

/** Milliseconds that a user stays present after a broken connection: most reconnect within that time. */
const graceMs = 3_000;

interface AttendanceOptions {
  presence: Presence;
  announcer: Announcer;
  log: Logger;
  /** Maximum number of users present in one room; 0: unlimited. */
  capacity: number;
}

/**
 * The users of this instance in their rooms. Adds users to presence and announces them; removes and announces them immediately after a
 * clean disconnect, and after a grace period when the connection broke.
 */
export class Attendance {
  readonly #options: AttendanceOptions;
  /** Each entry with the connection that entered it. */
  readonly #here = new Map<PresenceEntry, string>();
  readonly #waiting = new Map<PresenceEntry, NodeJS.Timeout>();
  readonly #leaving = new Set<Promise<void>>();
  /** Many connections break at once when a proxy or a network fails. */
  readonly #share = new TurnShare();
  #closed = false;

  constructor(options: AttendanceOptions) {
    this.#options = options;
  }

  /** Throws `ROOM_FULL`. `from`: the connection that does not receive the announcement of its own join. */
  async enter(entry: PresenceEntry, from: string): Promise<void> {
    if (this.#closed) throw new EarshotError('SERVER_STOPPING');
    const { presence, announcer, capacity } = this.#options;
    const { first, userCount } = await presence.enter(entry, capacity);
    this.#here.set(entry, from);
    const { roomId, user } = entry;
    if (first) void announcer.announce({ type: 'user.joined', roomId, user, userCount, connectionId: from });
    if (this.#closed) await this.#leave(entry);
  }

  depart(entry: PresenceEntry, broken: boolean): void {
    if (broken && !this.#closed) {
      const leave = () => void this.#leave(entry);
      const timer = setTimeout(() => this.#share.run(leave), graceMs);
      this.#waiting.set(entry, timer);
    } else void this.#leave(entry);
  }

  /** Removes all entries, including those of watches that have not ended yet, and announces them. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#options.announcer.close();
    for (const entry of this.#here.keys()) void this.#leave(entry);
    await Promise.all(this.#leaving);
  }

  #leave(entry: PresenceEntry): Promise<void> {
    clearTimeout(this.#waiting.get(entry));
    this.#waiting.delete(entry);
    const from = this.#here.get(entry);
    if (from === undefined) return Promise.resolve();
    this.#here.delete(entry);
    const leaving = this.#takeOut(entry, from).finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
    return leaving;
  }

  async #takeOut(entry: PresenceEntry, connectionId: string): Promise<void> {
    const { presence, announcer, log } = this.#options;
    const { roomId, user } = entry;
    try {
      const { last, userCount } = await presence.leave(entry);
      if (last) await announcer.announce({ type: 'user.left', roomId, user, userCount, connectionId });
    } catch (error) {
      // The driver removes the entry once its service is back.
      log.warn({ err: error, roomId }, 'could not take a user out of presence');
    }
  }
}
