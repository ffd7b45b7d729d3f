import { EarshotError } from '@earshot/shared';
import { OrderedMap } from '../../async/orderedMap.ts';
import type { Connection } from '../connection.ts';

interface NamingLimitOptions {
  /** Number of rooms for one user, and for all users of one address; 0: unlimited. */
  roomsOfUser: number;
  roomsOfAddress: number;
  /** Called with each refused list. */
  onRefused?: (by: 'user' | 'address') => void;
  /** Returns milliseconds. */
  now?: () => number;
}

type Caller = Pick<Connection, 'userId' | 'address'>;

/** Milliseconds for which a room counts after its users were named. */
const windowMs = 10 * 60_000;

/**
 * Limits the number of different rooms in which a user, and an address, is shown who is present: by lists, joins, leaves and typing. Without it,
 * one caller could follow a person through all rooms of a city. Rooms in which users were named within ten minutes count.
 */
export class NamingLimit {
  readonly #users: RecentRooms;
  readonly #addresses: RecentRooms;
  readonly #onRefused: (by: 'user' | 'address') => void;
  readonly #now: () => number;

  constructor({
    roomsOfUser,
    roomsOfAddress,
    onRefused = () => {},
    now = () => performance.now(),
  }: NamingLimitOptions) {
    this.#users = new RecentRooms(roomsOfUser);
    this.#addresses = new RecentRooms(roomsOfAddress);
    this.#onRefused = onRefused;
    this.#now = now;
  }

  /** Number of users and addresses with rooms. */
  get size(): number {
    return this.#users.size + this.#addresses.size;
  }

  /** Throws `RATE_LIMITED`, with the milliseconds until another room may be listed. */
  take(caller: Caller, roomId: string): void {
    const now = this.#now();
    const { ofUser, ofAddress } = this.#waits(caller, roomId, now);
    const retryAfterMs = Math.max(ofUser, ofAddress);
    if (retryAfterMs > 0) {
      this.#onRefused(ofUser > 0 ? 'user' : 'address');
      const message = 'You have looked at the people of many rooms. Wait before you look at those of another one.';
      throw new EarshotError('RATE_LIMITED', { message, retryAfterMs });
    }
    this.#add(caller, roomId, now);
  }

  /** Returns whether the users of the room may be named. */
  allows(caller: Caller, roomId: string): boolean {
    const now = this.#now();
    const { ofUser, ofAddress } = this.#waits(caller, roomId, now);
    if (ofUser > 0 || ofAddress > 0) return false;
    this.#add(caller, roomId, now);
    return true;
  }

  #waits({ userId, address }: Caller, roomId: string, now: number): { ofUser: number; ofAddress: number } {
    const ofUser = userId === null ? 0 : this.#users.msUntil(userId, roomId, now);
    return { ofUser, ofAddress: this.#addresses.msUntil(address, roomId, now) };
  }

  #add({ userId, address }: Caller, roomId: string, now: number): void {
    if (userId !== null) this.#users.add(userId, roomId, now);
    this.#addresses.add(address, roomId, now);
  }
}

/** Maximum number of remembered keys. Beyond it, those that were used longest ago are forgotten. */
const keysMax = 50_000;
/** Number of keys checked for being outdated, for each new one: spreads the cleanup over the calls that cause it. */
const sweepsPerKey = 2;

/** The rooms of each key in the window, at most `max`, in the order of their last use. */
class RecentRooms {
  readonly #max: number;
  readonly #rooms = new OrderedMap<string, Map<string, number>>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Milliseconds until the room may be added; 0: now. */
  msUntil(key: string, roomId: string, now: number): number {
    const rooms = this.#rooms.get(key);
    if (this.#max === 0 || rooms === undefined || rooms.has(roomId)) return 0;
    forgetOld(rooms, now);
    const [oldest] = rooms.values();
    return rooms.size < this.#max || oldest === undefined ? 0 : Math.ceil(oldest + windowMs - now);
  }

  add(key: string, roomId: string, now: number): void {
    if (this.#max === 0) return;
    const rooms = this.#rooms.get(key) ?? new Map<string, number>();
    rooms.delete(roomId);
    rooms.set(roomId, now);
    this.#rooms.delete(key);
    this.#sweep(now);
    this.#rooms.set(key, rooms);
  }

  /** Keys are in the order of their last use. */
  #sweep(now: number): void {
    for (let checks = 0; checks < sweepsPerKey; checks += 1) {
      const { oldest } = this.#rooms;
      if (!oldest) return;
      forgetOld(oldest.value, now);
      if (oldest.value.size > 0 && this.#rooms.size < keysMax) return;
      this.#rooms.delete(oldest.key);
    }
  }
}

/** Removes the rooms that do not count any more. */
function forgetOld(rooms: Map<string, number>, now: number): void {
  for (const [roomId, at] of rooms) {
    if (at > now - windowMs) return;
    rooms.delete(roomId);
  }
}
