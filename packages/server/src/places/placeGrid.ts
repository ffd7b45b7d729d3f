import type { Location } from '@earshot/shared';
import { TimeSlices } from '../async/timeSlices.ts';
import { locationOf, type PlaceTable, unitsPerDegree } from './placeTable.ts';

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

/** Places or boxes between two looks at the clock. */
const stepsPerLook = 1_024;

/** Sorts the places into the boxes of a grid, in slices. */
export async function createGrid(table: PlaceTable, slices = new TimeSlices(3)): Promise<PlaceGrid> {
  const starts = new Uint32Array(rows * columns + 1);
  const places = new Uint32Array(table.count);
  const boxOf = (place: number) => boxAt(locationOf(table, place));
  await repeat(table.count, slices, (place) => {
    const next = boxOf(place) + 1;
    starts[next] = (starts[next] ?? 0) + 1;
  });
  await repeat(rows * columns, slices, (box) => {
    starts[box + 1] = (starts[box + 1] ?? 0) + (starts[box] ?? 0);
  });
  const ends = starts.slice();
  await repeat(table.count, slices, (place) => {
    const box = boxOf(place);
    const at = ends[box] ?? 0;
    places[at] = place;
    ends[box] = at + 1;
  });
  return new PlaceGrid(table, { starts, places });
}

async function repeat(count: number, slices: TimeSlices, step: (index: number) => void): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    if (index % stepsPerLook === 0 && slices.isOver) await slices.next();
    step(index);
  }
}

interface Boxes {
  /** Where the places of each box begin in `places`, and at the end their number. */
  starts: Uint32Array;
  places: Uint32Array;
}

/** Finds places by their location. */
export class PlaceGrid {
  readonly #table: PlaceTable;
  readonly #boxes: Boxes;

  /** `createGrid` makes the boxes. */
  constructor(table: PlaceTable, boxes: Boxes) {
    this.#table = table;
    this.#boxes = boxes;
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
    const { starts, places } = this.#boxes;
    for (let i = starts[box] ?? 0; i < (starts[box + 1] ?? 0); i += 1) {
      const place = places[i] ?? 0;
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
}

const rowOf = (latitude: number) => Math.min(rows - 1, Math.floor((latitude + 90) / boxDegrees));
const columnOf = (longitude: number) => Math.min(columns - 1, Math.floor((longitude + 180) / boxDegrees));
const boxAt = ({ latitude, longitude }: Location) => rowOf(latitude) * columns + columnOf(longitude);
