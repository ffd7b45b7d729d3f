import type { Area, Place } from '@earshot/shared';
import { LatestEntries } from '../async/latestEntries.ts';
import { TimeSlices } from '../async/timeSlices.ts';
import { cellCentre } from '../cells.ts';
import { findArea, type PlaceIndex } from './findArea.ts';
import { loadPlaces } from './loadPlaces.ts';
import { type PlaceQuery, searchPlaces } from './searchPlaces.ts';

/** Milliseconds between a load that failed and the next one. */
const retryAfterMs = 10_000;
/** Maximum number of cells whose areas are cached. */
const areasMax = 20_000;

/**
 * The names of places around map cells, and a search for places by name.
 *
 * The places are read when the first area or search needs them, not when the server starts. That takes
 * about 400 ms of CPU time once in a process, in slices of 3 ms, and 26 MB of memory: 8 MB of tables, and what the heap grew by
 * meanwhile. An area takes 0.1 to 0.5 ms, a search up to 11 ms, in slices as well.
 */
export class Places {
  readonly #load: () => Promise<PlaceIndex>;
  readonly #onError: (error: unknown) => void;
  readonly #areas = new LatestEntries<string, Area | null>(areasMax);
  #index: Promise<PlaceIndex | null> | undefined;
  /** When a load that failed is repeated. */
  #retryAt = Number.POSITIVE_INFINITY;

  /** `onError` is called each time the places can't be read. */
  constructor(onError: (error: unknown) => void, load = loadPlaces) {
    this.#onError = onError;
    this.#load = load;
  }

  /** Returns the named surroundings of a cell; null if nothing is near, or if the places can't be read. */
  async areaOf(cell: string | null): Promise<Area | null> {
    const [area = null] = await this.areasOf([cell]);
    return area;
  }

  /** Returns the surroundings of several cells, in their order; null for no cell. */
  async areasOf(cells: readonly (string | null)[]): Promise<(Area | null)[]> {
    const areas = cells.map((cell) => (cell === null ? null : this.#areas.get(cell)));
    if (!areas.includes(undefined)) return areas.map((area) => area ?? null);
    const index = await this.#loaded();
    const slices = new TimeSlices(4);
    for (const [i, cell] of cells.entries()) {
      if (areas[i] !== undefined || index === null || cell === null) continue;
      if (slices.isOver) await slices.next();
      areas[i] = this.#areas.get(cell) ?? this.#find(index, cell);
    }
    return areas.map((area) => area ?? null);
  }

  /** Returns the places that a text may mean, at most `limits.placesMax`; none if the places can't be read. */
  async search(query: PlaceQuery): Promise<Place[]> {
    const index = await this.#loaded();
    return index === null ? [] : await searchPlaces(index, query);
  }

  #find(index: PlaceIndex, cell: string): Area | null {
    const area = findArea(index, cellCentre(cell));
    this.#areas.set(cell, area);
    return area;
  }

  #loaded(): Promise<PlaceIndex | null> {
    if (performance.now() >= this.#retryAt) {
      this.#index = undefined;
      this.#retryAt = Number.POSITIVE_INFINITY;
    }
    this.#index ??= this.#load().catch((error: unknown) => {
      this.#retryAt = performance.now() + retryAfterMs;
      this.#onError(error);
      return null;
    });
    return this.#index;
  }
}
