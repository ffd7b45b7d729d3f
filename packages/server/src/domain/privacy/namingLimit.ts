import { EarshotError } from '@earshot/shared';
import type { SharedRecents } from '../../limits/limits.ts';
import type { Connection } from '../connection.ts';
import { RecentRooms, windowMs } from './recentRooms.ts';

interface NamingLimitOptions {
  /** Number of rooms for one user, and for all users of one address; 0: unlimited. */
  roomsOfUser: number;
  roomsOfAddress: number;
  /** The rooms of all instances. If null, only those of this instance count. */
  shared?: SharedRecents | null;
  /** Called with each refused list. */
  onRefused?: (by: 'user' | 'address') => void;
  /** Returns milliseconds. */
  now?: () => number;
}

type Caller = Pick<Connection, 'userId' | 'address'>;

/** Milliseconds until another room may be shown; 0: now. */
interface Waits {
  ofUser: number;
  ofAddress: number;
}

/** Maximum number of concurrent reports about rooms whose events are shown. Beyond it, a room is reported with a later event. */
const reportsMax = 100;

/**
 * Limits the number of different rooms in which a user, and an address, is shown who is present: by lists, joins, leaves and typing. Without it,
 * one caller could follow a person through all rooms of a city. Rooms in which users were named within ten minutes count.
 *
 * Lists wait for the rooms of the other instances. Events do not: they are shown until the answer says that there are too many. While no answer
 * comes, only the rooms of this instance count.
 */
export class NamingLimit {
  readonly #users: RecentRooms;
  readonly #addresses: RecentRooms;
  readonly #shared: SharedRecents | null;
  readonly #onRefused: (by: 'user' | 'address') => void;
  readonly #now: () => number;
  #reports = 0;

  constructor({
    roomsOfUser,
    roomsOfAddress,
    shared = null,
    onRefused = () => {},
    now = () => performance.now(),
  }: NamingLimitOptions) {
    this.#users = new RecentRooms(roomsOfUser);
    this.#addresses = new RecentRooms(roomsOfAddress);
    this.#shared = shared;
    this.#onRefused = onRefused;
    this.#now = now;
  }

  /** Number of users and addresses with rooms. */
  get size(): number {
    return this.#users.size + this.#addresses.size;
  }

  /** Counts a room whose users are listed. Rejects with `RATE_LIMITED`, with the milliseconds until another room may be listed. */
  async take(caller: Caller, roomId: string): Promise<void> {
    this.#refuse(this.#waits(caller, roomId));
    this.#add(caller, roomId);
    if (this.#shared) this.#refuse(await this.#report(this.#shared, caller, { roomId, isList: true }));
  }

  /** Counts a room whose events are shown. Returns whether they may name users. */
  allows(caller: Caller, roomId: string): boolean {
    const { ofUser, ofAddress } = this.#waits(caller, roomId);
    if (ofUser > 0 || ofAddress > 0) return false;
    this.#add(caller, roomId);
    if (this.#shared && this.#reports < reportsMax && this.#needsReport(caller, roomId)) {
      void this.#report(this.#shared, caller, { roomId, isList: false });
    }
    return true;
  }

  #needsReport({ userId, address }: Caller, roomId: string): boolean {
    if (userId !== null && this.#users.needsReport(userId, roomId)) return true;
    return this.#addresses.needsReport(address, roomId);
  }

  #refuse({ ofUser, ofAddress }: Waits): void {
    const retryAfterMs = Math.max(ofUser, ofAddress);
    if (retryAfterMs === 0) return;
    this.#onRefused(ofUser > 0 ? 'user' : 'address');
    const message = 'You have looked at the people of many rooms. Wait before you look at those of another one.';
    throw new EarshotError('RATE_LIMITED', { message, retryAfterMs });
  }

  #waits({ userId, address }: Caller, roomId: string): Waits {
    const now = this.#now();
    const ofUser = userId === null ? 0 : this.#users.msUntil(userId, roomId, now);
    return { ofUser, ofAddress: this.#addresses.msUntil(address, roomId, now) };
  }

  #add({ userId, address }: Caller, roomId: string): void {
    const now = this.#now();
    if (userId !== null) this.#users.add(userId, roomId, now);
    this.#addresses.add(address, roomId, now);
  }

  /**
   * Reports the use of a room. A list needs an answer: one that another call awaits may be a refusal. A room that is refused to the user does not
   * count for the address.
   */
  async #report(
    shared: SharedRecents,
    { userId, address }: Caller,
    { roomId, isList }: { roomId: string; isList: boolean },
  ): Promise<Waits> {
    const report = async (rooms: RecentRooms, kind: string, key: string) => {
      if (!(isList ? rooms.needsAnswer(key, roomId) : rooms.needsReport(key, roomId))) return 0;
      const now = this.#now();
      const values = rooms.startReport(key, roomId, now);
      const waitMs = (await shared.use({ set: `naming:${kind}:${key}`, values, windowMs, max: rooms.max })) ?? 0;
      if (waitMs > 0) rooms.refuse(key, roomId, now + waitMs);
      else rooms.answered(key, roomId, now);
      return waitMs;
    };
    this.#reports += 1;
    try {
      const ofUser = userId === null ? 0 : await report(this.#users, 'user', userId);
      return ofUser > 0
        ? { ofUser, ofAddress: 0 }
        : { ofUser, ofAddress: await report(this.#addresses, 'address', address) };
    } finally {
      this.#reports -= 1;
    }
  }
}
