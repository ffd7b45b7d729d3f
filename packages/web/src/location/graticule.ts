import { type MapView, maxLatitude, project, type Size, unproject, worldSize } from './mercator.ts';

/** A meridian or parallel on the screen: `at` pixels from the left or top edge. */
export interface GridLine {
  /** The multiple of the step that the line stands for. It distinguishes a line's copies around the world. */
  index: number;
  degrees: number;
  at: number;
}

export interface Graticule {
  meridians: GridLine[];
  parallels: GridLine[];
  /** Decimals needed to distinguish neighbouring lines. */
  decimals: number;
}

/** Degrees between lines, from the whole world down to a street. */
const steps = [90, 30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005] as const;

/** The lines of latitude and longitude on a map, at least `apart` pixels from each other (at its centre). */
export function graticule(view: MapView, size: Size, apart = 110): Graticule {
  const world = worldSize(view.zoom);
  const middle = project(view.center);
  const left = middle.x - size.width / 2 / world;
  const top = middle.y - size.height / 2 / world;
  const step = steps.findLast((degrees) => (degrees / 360) * world >= apart) ?? steps[0];

  const west = left * 360 - 180;
  const east = west + (size.width / world) * 360;
  const meridians = multiples(step, west, east).map(({ index, degrees }) => ({
    index,
    degrees: shownLongitude(degrees),
    at: ((degrees + 180) / 360 - left) * world,
  }));

  const north = unproject({ x: 0, y: top }).latitude;
  const south = unproject({ x: 0, y: top + size.height / world }).latitude;
  const parallels = multiples(step, Math.max(south, -maxLatitude), Math.min(north, maxLatitude)).map(
    ({ index, degrees: latitude }) => ({
      index,
      degrees: latitude,
      at: (project({ latitude, longitude: 0 }).y - top) * world,
    }),
  );

  return { meridians, parallels, decimals: Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) };
}

function multiples(step: number, from: number, to: number): { index: number; degrees: number }[] {
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(to / step) - first + 1);
  // Rounded: 3 * 0.1 is 0.30000000000000004.
  return Array.from({ length: count }, (_, i) => ({
    index: first + i,
    degrees: Number(((first + i) * step).toFixed(6)),
  }));
}

/** On a map wider than the world the numbers continue past 180. They are labelled within -180..180. */
function shownLongitude(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}
