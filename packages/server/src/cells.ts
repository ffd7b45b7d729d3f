import { distanceMetres, type Location } from '@earshot/shared';
import { cellToLatLng, getResolution, gridDisk, isValidCell, latLngToCell } from 'h3-js';
import { LatestEntries } from './async/latestEntries.ts';

/**
 * Locations as H3 cells (https://h3geo.org). The transport turns every location that it receives into its cell. The domain and the
 * store know the cell and its centre only, so no answer can reveal more, however often it is asked for.
 */

/** The H3 resolution whose cells have edges of about half a kilometre. */
const cellResolution = 8;

/** The cell that contains a point, in H3's notation: 15 hex digits. */
export function cellOf({ latitude, longitude }: Location): string {
  return latLngToCell(latitude, longitude, cellResolution);
}

/** Whether a text from a client is a cell as `cellOf` returns it. */
export const isCell = (text: string): boolean => isValidCell(text) && getResolution(text) === cellResolution;

/** H3 takes 20 µs to compute a centre, and every start of a watch needs that of its room. */
const cachedCentres = new LatestEntries<string, Location>(1_000);

/** The centre of a cell. */
export function cellCentre(cell: string): Location {
  const cached = cachedCentres.get(cell);
  if (cached) return { ...cached };
  const [latitude, longitude] = cellToLatLng(cell);
  const centre = { latitude: latitude + 0, longitude: longitude + 0 }; // databases don't keep the sign of zero
  cachedCentres.set(cell, centre);
  return { ...centre };
}

/** The centre of the cell that contains a point. */
export const toCellCentre = (location: Location): Location => cellCentre(cellOf(location));

/** Metres between the centres of two cells; 0 for the same cell. */
export const cellDistance = (a: string, b: string): number => distanceMetres(cellCentre(a), cellCentre(b));

/** The cells of an area: its centre and the neighbours. */
export const areaCells = (centre: string): string[] => gridDisk(centre, 1);

/** Whether a cell is the centre of that area or one of its neighbours. */
export const isInArea = (cell: string, centre: string): boolean => gridDisk(centre, 1).includes(cell);

/** The H3 resolution for a search radius in metres, from the finest to the coarsest: a cell's edge is longer than the radius. */
const areaResolutions = [
  { radius: 900, resolution: 7 },
  { radius: 6_000, resolution: 5 },
  { radius: Number.POSITIVE_INFINITY, resolution: 3 },
] as const;

/**
 * Names of areas for mutual exclusion. Two searches share at least one name if their centres lie within both radii; far
 * ones share none. A search has its area and the neighbouring areas in the resolution of its radius, and in each finer
 * resolution only its area, which it shares with searches of smaller radii.
 */
export function searchAreas(location: Location, radius: number): string[] {
  const areas: string[] = [];
  for (const { radius: reach, resolution } of areaResolutions) {
    const area = latLngToCell(location.latitude, location.longitude, resolution);
    if (radius <= reach) return [...areas, ...gridDisk(area, 1)];
    areas.push(area);
  }
  return areas;
}
