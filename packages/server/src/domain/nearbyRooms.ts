import { type Location, limits, type NearbyRoom, type nearbyInput } from '@earshot/shared';
import type { z } from 'zod';
import { cellCentre, cellOf } from '../cells.ts';
import type { StoredRoom } from '../store/store.ts';
import { BriefCache } from './briefCache.ts';
import { distanceBand } from './place.ts';
import type { Services } from './services.ts';
import { countsPresent, shownRoom } from './shownRoom.ts';

/** A room near a place, with the number of people present. */
export interface Candidate {
  room: StoredRoom;
  /** Metres between the centres of the two map cells. */
  distance: number;
  userCount: number;
}

/** Rooms read for one answer, nearest first. People in rooms beyond do not count. */
const considered = limits.nearbyMax;
const ttlMs = 1_000;

/**
 * The rooms around a place: nearest band first; within a band rooms with people before empty ones, then the nearest, then
 * by id. Everything is measured from the centre of the caller's map cell to that of the room's, so an answer is the same
 * for all who ask from one cell: it is computed once, and shared for a second.
 */
export class NearbyRooms {
  readonly #services: Pick<Services, 'store' | 'presence'>;
  readonly #candidates = new BriefCache<readonly Candidate[]>({ ttlMs, max: 256 });
  /** Fewer: each may be kept as text as well. */
  readonly #answers = new BriefCache<readonly NearbyRoom[]>({ ttlMs, max: 64 });

  constructor(services: Pick<Services, 'store' | 'presence'>) {
    this.#services = services;
  }

  /** The best rooms around, `considered` at most. */
  candidates(location: Location, radius: number): Promise<readonly Candidate[]> {
    const cell = cellOf(location);
    return this.#candidates.get(`${cell} ${radius}`, () => this.#find(cell, radius));
  }

  /** What `rooms.nearby` answers. The very same object for all who ask the same: it must not be altered. */
  answer({ location, radius, limit }: z.output<typeof nearbyInput>): Promise<readonly NearbyRoom[]> {
    return this.#answers.get(`${cellOf(location)} ${radius} ${limit}`, async () => {
      const best = await this.candidates(location, radius);
      return best.slice(0, limit).map(({ room, distance, userCount }) => ({
        ...shownRoom(room, userCount),
        distance: distanceBand(distance),
      }));
    });
  }

  /** A room was made here: those who ask next see it. */
  forget(): void {
    this.#candidates.clear();
    this.#answers.clear();
  }

  async #find(cell: string, radius: number): Promise<readonly Candidate[]> {
    const found = await this.#services.store.roomsNear(cellCentre(cell), radius, considered);
    const counts = await countsPresent(
      this.#services,
      found.map(({ room }) => room.id),
    );
    return found.map((one, i) => ({ ...one, userCount: counts[i] ?? 0 })).sort(byRank);
  }
}

function byRank(a: Candidate, b: Candidate): number {
  return (
    distanceBand(a.distance) - distanceBand(b.distance) ||
    Number(b.userCount > 0) - Number(a.userCount > 0) ||
    a.distance - b.distance ||
    (a.room.id < b.room.id ? -1 : 1)
  );
}
