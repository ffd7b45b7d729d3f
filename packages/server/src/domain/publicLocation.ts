import type { Location } from '@earshot/shared';
import { coarse } from '../cells.ts';

/**
 * The public form of a location. The exact point where a room was created stays on the server: three distances from known points would
 * locate the person who stood there.
 */

/** Upper bounds in metres. */
const bands = [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000] as const;

/** The public form of a location: the centre of its map cell. */
export const publicLocation = coarse;

/** Returns the upper bound of the band that contains a distance in metres. Distances beyond the last band return the last bound. */
export function distanceBand(metres: number): number {
  return bands.find((bound) => metres <= bound) ?? 50_000;
}

/** Returns the name of a room created at a location: two decimals (about a kilometre), truncated and not rounded. */
export function roomName({ latitude, longitude }: Location): string {
  return `Local chat near ${cut(latitude)}, ${cut(longitude)}`;
}

function cut(degrees: number): string {
  // Via decimal text: 0.29 * 100 is 28.999... in binary, and would be truncated to 0.28.
  const text = degrees.toFixed(10).slice(0, -8);
  return text === '-0.00' ? '0.00' : text;
}
