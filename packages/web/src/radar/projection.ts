import { type Direction, directions, distanceBands } from '@earshot/shared';
import type { Heading } from '../location/sphere.ts';

/** Metres to the radar's rim. Each is a distance band, so that a room reported within a range is within it. */
export const ranges = [1_000, 5_000, 10_000, 50_000] as const satisfies readonly (typeof distanceBands)[number][];
export type Range = (typeof ranges)[number];

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** `near`: the square root of the distance, which gives near rooms the most space. `even`: linear, for a map under the radar. */
export type Scale = 'near' | 'even';

/** The distance from the centre (0) to the rim (1) at which something is drawn. Anything beyond the range is drawn on the rim. */
export function reach(metres: number, range: Range, scale: Scale): number {
  const part = Math.min(1, Math.max(0, metres) / range);
  return scale === 'near' ? Math.sqrt(part) : part;
}

/** Offsets from the centre for a radar of that radius: x to the east, y to the south. */
export function plot({ bearing, metres }: Heading, radius: number, range: Range, scale: Scale) {
  const angle = radians(bearing);
  const length = radius * reach(metres, range, scale);
  return { x: length * Math.sin(angle), y: -length * Math.cos(angle) };
}

/** The server's distance bands, without the smallest, which would crowd the centre. */
const bands = distanceBands.slice(1);

/** The rings of a radar, in metres, from the inside out; the last is its rim. Rings too close to the centre are left out. */
export function rings(range: Range, scale: Scale): number[] {
  const drawn = bands.filter((band) => band <= range && reach(band, range, scale) >= 0.19);
  // Every other ring where they are too dense, counted from the rim.
  return drawn.filter((band, i) => {
    const next = drawn[i + 1];
    return next === undefined || reach(next, range, scale) - reach(band, range, scale) >= 0.1;
  });
}

/**
 * The compass direction of a room (one of eight); null if it is too near, because a room's location is the centre of a
 * cell of half a kilometre.
 */
export function directionOf({ bearing, metres }: Heading): Direction | null {
  if (metres <= 500) return null;
  return directions[Math.round(bearing / 45) % directions.length] ?? null;
}
