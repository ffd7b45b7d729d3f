import { distanceMetres, type Location } from '@earshot/shared';
import { cellToLatLng, gridDisk, latLngToCell } from 'h3-js';

/**
 * Geographic places as H3 cells (https://h3geo.org). Rooms are matched, and places are shown, by the cell that holds them
 * and its centre: whatever is answered from an exact point, however coarsely, lets the point be measured.
 */

/** H3 resolution whose cells measure about half a kilometre along an edge. */
const placeResolution = 8;

/** The cell that holds a point, as H3 writes it: 15 hex digits. */
export function cellOf({ latitude, longitude }: Location): string {
  return latLngToCell(latitude, longitude, placeResolution);
}

/** The centre of a cell. */
export function cellCentre(cell: string): Location {
  const [latitude, longitude] = cellToLatLng(cell);
  return { latitude: latitude + 0, longitude: longitude + 0 }; // databases keep no sign of zero
}

/** The centre of the cell that holds a point. */
export const coarse = (location: Location): Location => cellCentre(cellOf(location));

/** Metres between the centres of two cells; 0 for the same cell. */
export const cellDistance = (a: string, b: string): number => distanceMetres(cellCentre(a), cellCentre(b));

/** The resolution for a search of some metres, from the finest to the coarsest: a cell's edge is longer than the radius. */
const areaResolutions = [
  { radius: 900, resolution: 7 },
  { radius: 6_000, resolution: 5 },
  { radius: Number.POSITIVE_INFINITY, resolution: 3 },
] as const;

/**
 * Names of areas for mutual exclusion. Two searches whose centres lie within both their radii share at least one name;
 * far ones share none. A search has the area around its centre and the neighbours in the resolution of its radius, and the
 * area alone in each finer resolution, where it meets searches of smaller radii.
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
