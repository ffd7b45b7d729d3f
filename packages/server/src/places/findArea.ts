import { type Area, type Direction, directions, type Location } from '@earshot/shared';
import { type NearPlace, type PlaceGrid, searchKmMax } from './placeGrid.ts';
import { countryOf, isPart, locationOf, nameOf, type PlaceTable } from './placeTable.ts';

/** Where the places are found. */
export interface PlaceIndex {
  readonly table: PlaceTable;
  readonly grid: PlaceGrid;
}

/** Radii of parts of cities count for no more than this, in kilometres: they lie close together, so the nearest one should win. */
const partRadiusMax = 2.5;
/** Kilometres from the edge of a place at which a point still is near it. */
const reachKm = 25;
/** Kilometres from the centre of a place at which the direction begins to matter: more than a map cell. */
const centreKm = 0.75;

/** Returns the named surroundings of a point: its town, or a part of a city; null if nothing is near. */
export function findArea(index: PlaceIndex, point: Location): Area | null {
  const { table, grid } = index;
  const near = grid.near(point, searchKmMax).filter(({ place, km }) => km <= radiusAt(table, place) + reachKm);
  const town = best(table, near, false);
  const part = best(table, near, true);
  const city = part && cityOf(index, part.place);
  if (part && city !== null && isBetter(table, part, { town, city })) {
    return areaAt(table, part, `${nameOf(table, part.place)}, ${nameOf(table, city)}`);
  }
  return town && areaAt(table, town, nameOf(table, town.place));
}

/** Returns a place's name with that of its city, if it is a part of one. */
export function fullName(index: PlaceIndex, place: number): string {
  const city = isPart(index.table, place) ? cityOf(index, place) : null;
  const name = nameOf(index.table, place);
  return city === null ? name : `${name}, ${nameOf(index.table, city)}`;
}

/** Returns the town that a part of a city belongs to: the best one around with more people, in its region if there is one. */
function cityOf({ table, grid }: PlaceIndex, part: number): number | null {
  const larger = grid.near(locationOf(table, part), searchKmMax).filter(({ place, km }) => {
    const isInside = km <= 1.5 * radiusAt(table, place) + 1;
    return isInside && place < part && table.countries[place] === table.countries[part];
  });
  const inRegion = larger.filter(({ place }) => table.regions[place] === table.regions[part]);
  return (best(table, inRegion, false) ?? best(table, larger, false))?.place ?? null;
}

/** A part of a city is better than its city if the point is inside of the part, and than any town if its score is. */
function isBetter(
  table: PlaceTable,
  part: NearPlace,
  { town, city }: { town: NearPlace | null; city: number },
): boolean {
  if (town === null || score(table, part) <= score(table, town)) return true;
  return town.place === city && part.km <= radiusAt(table, part.place);
}

function best(table: PlaceTable, near: readonly NearPlace[], parts: boolean): NearPlace | null {
  let [found, least]: [NearPlace | null, number] = [null, Number.POSITIVE_INFINITY];
  for (const one of near) {
    if (isPart(table, one.place) !== parts) continue;
    const own = score(table, one);
    if (own < least || (own === least && found !== null && one.place < found.place)) [found, least] = [one, own];
  }
  return found;
}

/**
 * The distance of a point from a place, relative to the size of the place: the lower, the better. Inside of a place distances count less the larger
 * it is, so that the middle of a small town wins over the outskirts of a big one; outside each kilometre from its edge counts.
 */
function score(table: PlaceTable, { place, km }: NearPlace): number {
  const radius = radiusAt(table, place);
  return km <= radius ? km / Math.sqrt(radius) : Math.sqrt(radius) + km - radius;
}

function radiusAt({ radii, parts }: PlaceTable, place: number): number {
  const radius = radii[place] ?? 0;
  return parts[place] === 1 ? Math.min(radius, partRadiusMax) : radius;
}

function areaAt(table: PlaceTable, at: NearPlace, name: string): Area {
  const direction = directionOf(at);
  return { name, country: countryOf(table, at.place), ...(direction && { direction }) };
}

function directionOf({ km, east, north }: NearPlace): Direction | undefined {
  if (km <= centreKm) return undefined;
  const eighths = Math.round(Math.atan2(east, north) / (Math.PI / 4));
  return directions[(eighths + directions.length) % directions.length];
}
