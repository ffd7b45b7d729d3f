import { EarshotError, limits, type User } from '@earshot/shared';
import { TtlCache } from '../async/ttlCache.ts';
import { cellDistance } from '../cells.ts';
import type { Store, StoredRoom } from '../store/store.ts';

interface TravelGuardOptions {
  store: Pick<Store, 'location' | 'saveLocation'> & {
    room(roomId: string): Promise<Pick<StoredRoom, 'cell'> | null>;
  };
  /** Kilometres an hour; 0: every journey is possible, and no location is read. */
  maxSpeedKmh: number;
  /** The time in milliseconds since 1970, which all instances share. */
  clock?: () => number;
}

interface StoredLocation {
  cell: string;
  at: Date;
}

/** Milliseconds for which a location is stored. */
export const locationTtlMs = 24 * 60 * 60 * 1_000;
/** Rooms and users whose cells are cached. */
const cachedMax = 10_000;
/** The cell of a room never changes. */
const roomTtlMs = 60_000;
/** A stored location may be this old when it allows a write; before a write is refused, the location is read again. */
const locationCacheMs = 10_000;

/**
 * Refuses writes in rooms that are farther away than a user can have travelled. The store keeps the last location that was possible, so
 * the rule holds over instances and restarts. Users without a stored location, and rooms without one, are not restricted.
 */
export class TravelGuard {
  readonly #store: TravelGuardOptions['store'];
  /** Metres in a millisecond. */
  readonly #speed: number;
  readonly #clock: () => number;
  readonly #locations = new TtlCache<StoredLocation | null>({ ttlMs: locationCacheMs, max: cachedMax });
  readonly #roomCells = new TtlCache<string | null>({ ttlMs: roomTtlMs, max: cachedMax });

  constructor({ store, maxSpeedKmh, clock = Date.now }: TravelGuardOptions) {
    this.#store = store;
    this.#speed = maxSpeedKmh / 3_600;
    this.#clock = clock;
  }

  get isOff(): boolean {
    return this.#speed === 0;
  }

  /** Stores the cell as the user's location, unless the user can't have travelled there since the last one. */
  async saveLocation(user: User, cell: string): Promise<void> {
    if (!this.isOff && (await this.#isTooFast(user.userId, cell))) return;
    await this.#store.saveLocation(user, cell, new Date(this.#clock()));
    this.#locations.delete(user.userId);
  }

  /**
   * Throws `ROOM_TOO_FAR` if the room is farther away than the user can have travelled since the last location. The maximum search radius
   * is added to the distance, because users may join rooms at that distance from where they are.
   */
  async requireReach(roomId: string, userId: string): Promise<void> {
    if (this.isOff) return;
    const cell = await this.#roomCells.get(roomId, async () => (await this.#store.room(roomId))?.cell ?? null);
    if (cell === null) return;
    const locate = () => this.#locations.get(userId, () => this.#store.location(userId));
    if (this.#missingMs(await locate(), cell) <= 0) return;
    this.#locations.delete(userId);
    const missingMs = this.#missingMs(await locate(), cell);
    if (missingMs > 0) throw new EarshotError('ROOM_TOO_FAR', { retryAfterMs: Math.ceil(missingMs) });
  }

  async #isTooFast(userId: string, cell: string): Promise<boolean> {
    const last = this.#recent(await this.#store.location(userId));
    return last !== null && cellDistance(last.cell, cell) > this.#speed * this.#elapsedMs(last);
  }

  /** Milliseconds until the user can have arrived at the room; negative if the user can be there now. */
  #missingMs(location: StoredLocation | null, roomCell: string): number {
    const last = this.#recent(location);
    if (last === null) return 0;
    const elapsed = this.#elapsedMs(last);
    const travelMs = (cellDistance(last.cell, roomCell) - limits.searchRadiusMax) / this.#speed;
    return Math.min(travelMs, locationTtlMs) - elapsed;
  }

  /** A location that is older than its time to live is not known any more. */
  #recent(location: StoredLocation | null): StoredLocation | null {
    return location !== null && this.#elapsedMs(location) < locationTtlMs ? location : null;
  }

  #elapsedMs({ at }: StoredLocation): number {
    return Math.max(0, this.#clock() - at.getTime());
  }
}
