import type { Location } from '@earshot/shared';
import { coarse } from '../cells.ts';

/**
 * What may be told of a place. The exact point where a room was made stays inside the server: three distances from
 * known points would find the person who stood there.
 */

/** Upper bounds in metres. */
const bands = [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000] as const;

/** A place as others see it: the centre of the map cell that holds it. */
export const shownPlace = coarse;

/** The upper bound of the band that a distance in metres lies in; farther than the last band is told as the last. */
export function distanceBand(metres: number): number {
  return bands.find((bound) => metres <= bound) ?? 50_000;
}

/** The name of a room made at a place: two decimals (about a kilometre), cut and not rounded. */
export function roomName({ latitude, longitude }: Location): string {
  return `Local chat near ${cut(latitude)}, ${cut(longitude)}`;
}

function cut(degrees: number): string {
  // Through decimal text: 0.29 * 100 is 28.999... in binary, and would be cut to 0.28.
  const text = degrees.toFixed(10).slice(0, -8);
  return text === '-0.00' ? '0.00' : text;
}
