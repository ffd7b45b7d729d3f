import type { Location } from '@earshot/shared';
import { type PlaceTable, unitsPerDegree } from './placeTable.ts';

/** Sides of the grid's boxes in degrees: 55 km from north to south. */
const boxDegrees = 0.5;
const [rows, columns] = [180 / boxDegrees, 360 / boxDegrees];
const kmPerDegree = 111.195;
/** The widest search goes to the neighbouring rows. */
export const searchKmMax = boxDegrees * kmPerDegree;

/** A place, and how far it is from the point of the search. */
export interface NearPlace {
  place: number;
  km: number;
  /** From the place to the point, in kilometres. */
  east: number;
  north: number;
}

/** Finds places by their location. */
export class PlaceGrid {
  readonly #table: PlaceTable;
  /** Where the places of each box begin in `#places`, and at the end their number. */
  readonly #starts = new Uint32Array(rows * columns + 1);
  readonly #places: Uint32Array;

  /** Takes a few milliseconds. */
  constructor(table: PlaceTable) {
    this.#table = table;
    this.#places = new Uint32Array(table.count);
    for (let place = 0; place < table.count; place += 1) this.#count(this.#boxOf(place) + 1, 1);
    for (let box = 1; box < this.#starts.length; box += 1) this.#count(box, this.#starts[box - 1] ?? 0);
    // Filled from behind, which moves each start back to the first place of its box.
    const ends = this.#starts.slice(1);
    for (let place = table.count - 1; place >= 0; place -= 1) {
      const box = this.#boxOf(place);
      const at = (ends[box] ?? 0) - 1;
      ends[box] = at;
      this.#places[at] = place;
    }
  }

  /** Returns the places within that many kilometres, at most `searchKmMax`, in no order. */
  near({ latitude, longitude }: Location, kmMax: number): NearPlace[] {
    const found: NearPlace[] = [];
    const row = rowOf(latitude);
    for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y += 1) {
      // The boxes of a row are narrowest on its side towards the pole.
      const edge = Math.max(Math.abs(y * boxDegrees - 90), Math.abs((y + 1) * boxDegrees - 90));
      const width = boxDegrees * kmPerDegree * Math.cos((edge * Math.PI) / 180);
      const reach = Math.min(columns / 2 - 1, Math.ceil(kmMax / Math.max(width, 1e-3)));
      for (let step = -reach; step <= reach; step += 1) {
        const box = y * columns + ((columnOf(longitude) + step + columns) % columns);
        this.#collect(box, { latitude, longitude }, kmMax, found);
      }
    }
    return found;
  }

  #collect(box: number, { latitude, longitude }: Location, kmMax: number, found: NearPlace[]): void {
    for (let i = this.#starts[box] ?? 0; i < (this.#starts[box + 1] ?? 0); i += 1) {
      const place = this.#places[i] ?? 0;
      const at = (this.#table.latitudes[place] ?? 0) / unitsPerDegree;
      const north = (latitude - at) * kmPerDegree;
      if (Math.abs(north) > kmMax) continue;
      const turn = longitude - (this.#table.longitudes[place] ?? 0) / unitsPerDegree;
      const shortest = turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn;
      const east = shortest * kmPerDegree * Math.cos((((latitude + at) / 2) * Math.PI) / 180);
      const km = Math.hypot(east, north);
      if (km <= kmMax) found.push({ place, km, east, north });
    }
  }

  #boxOf(place: number): number {
    const latitude = (this.#table.latitudes[place] ?? 0) / unitsPerDegree;
    const longitude = (this.#table.longitudes[place] ?? 0) / unitsPerDegree;
    return rowOf(latitude) * columns + columnOf(longitude);
  }

  #count(box: number, more: number): void {
    this.#starts[box] = (this.#starts[box] ?? 0) + more;
  }
}

const rowOf = (latitude: number) => Math.min(rows - 1, Math.floor((latitude + 90) / boxDegrees));
const columnOf = (longitude: number) => Math.min(columns - 1, Math.floor((longitude + 180) / boxDegrees));
