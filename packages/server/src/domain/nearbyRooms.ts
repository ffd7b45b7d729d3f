import { distanceBand, distinctLabels, limits, type NearbyRoom } from '@earshot/shared';
import { TtlCache } from '../async/ttlCache.ts';
import type { Places } from '../places/places.ts';
import type { Presence } from '../presence/presence.ts';
import type { Store, StoredRoom } from '../store/store.ts';
import { fittingRooms } from './neighbourhoodCursor.ts';
import { countsPresent, namedCell, publicRoom } from './publicRoom.ts';

/** A room near a place, with the number of present users. */
export interface Candidate {
  room: StoredRoom;
  /** Metres between the centres of the two map cells. */
  distance: number;
  userCount: number;
}

/** A search around a map cell. */
export interface NearbySearch {
  cell: string;
  /** Metres. */
  radius: number;
  limit: number;
}

interface Sources {
  store: Pick<Store, 'roomsNear'>;
  presence: Pick<Presence, 'counts'>;
  places: Pick<Places, 'areasOf'>;
}

/** Number of rooms read for one answer, nearest first. The order by presence covers only these. */
const candidatesMax = limits.nearbyMax;
const ttlMs = 1_000;

/**
 * The rooms around a map cell: the nearest distance band first; within a band, rooms with present users before empty ones, then by distance,
 * then by id. Distances are measured from the centre of the caller's map cell to that of the room's. So all callers in one cell get the
 * same answer, which is computed once and cached for a second.
 */
export class NearbyRooms {
  readonly #sources: Sources;
  readonly #candidates = new TtlCache<readonly Candidate[]>({ ttlMs, max: 256 });
  /** A lower maximum: each answer may also be cached as text. */
  readonly #answers = new TtlCache<readonly NearbyRoom[]>({ ttlMs, max: 64 });
  readonly #reach = new TtlCache<readonly Candidate[]>({ ttlMs, max: 256 });

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Returns the best rooms around, at most `candidatesMax`. */
  candidates(cell: string, radius: number): Promise<readonly Candidate[]> {
    return this.#candidates.get(`${cell} ${radius}`, () => this.#find(cell, radius));
  }

  /** Returns the answer of `rooms.nearby`. Identical requests share one object, which must not be modified. */
  search({ cell, radius, limit }: NearbySearch): Promise<readonly NearbyRoom[]> {
    return this.#answers.get(`${cell} ${radius} ${limit}`, async () => {
      const best = await this.candidates(cell, radius);
      return this.#describe(best.slice(0, limit));
    });
  }

  /** Returns the nearest rooms, whether or not users are present: presence does not change a neighbourhood. */
  inReach(cell: string, radius: number): Promise<readonly Candidate[]> {
    return this.#reach.get(`${cell} ${radius}`, async () => {
      const found = await this.candidates(cell, radius);
      return fittingRooms(found.toSorted(byDistance), ({ room }) => room.id);
    });
  }

  /** Clears the caches, so that a room created here is visible immediately. */
  invalidate(): void {
    this.#candidates.clear();
    this.#answers.clear();
    this.#reach.clear();
  }

  /** No two of the rooms have the same name. */
  async #describe(candidates: readonly Candidate[]): Promise<NearbyRoom[]> {
    const areas = await this.#sources.places.areasOf(candidates.map(({ room }) => namedCell(room)));
    const rooms = candidates.map(({ room, distance, userCount }, i) => ({
      ...publicRoom(room, { userCount, area: areas[i] ?? null }),
      distance: distanceBand(distance),
    }));
    const names = distinctLabels(rooms, ({ name }) => name);
    return rooms.map((room, i) => ({ ...room, name: names[i] ?? room.name }));
  }

  async #find(cell: string, radius: number): Promise<readonly Candidate[]> {
    const found = await this.#sources.store.roomsNear(cell, radius, candidatesMax);
    const counts = await countsPresent(
      this.#sources,
      found.map(({ room }) => room.id),
    );
    return found.map((one, i) => ({ ...one, userCount: counts[i] ?? 0 })).sort(byRank);
  }
}

function byRank(a: Candidate, b: Candidate): number {
  return (
    distanceBand(a.distance) - distanceBand(b.distance) ||
    Number(b.userCount > 0) - Number(a.userCount > 0) ||
    byDistance(a, b)
  );
}

function byDistance(a: Candidate, b: Candidate): number {
  return a.distance - b.distance || (a.room.id < b.room.id ? -1 : 1);
}
