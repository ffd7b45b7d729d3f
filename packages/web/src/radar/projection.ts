import type { Heading } from '../place/sphere.ts';

/** Metres out to the radar's rim. */
export const ranges = [1_000, 5_000, 10_000, 50_000] as const;
export type Range = (typeof ranges)[number];

const radians = (degrees: number) => (degrees * Math.PI) / 180;

/**
 * `near`: the square root of the distance, so that what is close has the most room. `even`: as on a map, for a map under
 * the radar.
 */
export type Scale = 'near' | 'even';

/** How far from the middle (0) towards the rim (1) something is drawn. What is beyond the range lies on the rim. */
export function reach(metres: number, range: Range, scale: Scale): number {
  const part = Math.min(1, Math.max(0, metres) / range);
  return scale === 'near' ? Math.sqrt(part) : part;
}

/** Offsets from the middle for a radar of that radius: x to the east, y to the south. */
export function plot({ bearing, metres }: Heading, radius: number, range: Range, scale: Scale) {
  const angle = radians(bearing);
  const length = radius * reach(metres, range, scale);
  return { x: length * Math.sin(angle), y: -length * Math.cos(angle) };
}

/** Distances in metres at which the server tells rooms apart (the upper bounds of its bands), and so does the radar. */
const bands = [250, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000] as const;

/** The rings of a radar, in metres, from the inside out; the last is its rim. Rings too close to the middle are left out. */
export function rings(range: Range, scale: Scale): number[] {
  const drawn = bands.filter((band) => band <= range && reach(band, range, scale) >= 0.19);
  // Every other one where they crowd, counted from the rim.
  return drawn.filter((band, i) => {
    const next = drawn[i + 1];
    return next === undefined || reach(next, range, scale) - reach(band, range, scale) >= 0.1;
  });
}

const points = ['north', 'northEast', 'east', 'southEast', 'south', 'southWest', 'west', 'northWest'] as const;
export type CompassPoint = (typeof points)[number];

/**
 * The eighth of the compass that a room lies in; null where it is too near to say: rooms show the middle of a cell of
 * half a kilometre, not their own place.
 */
export function directionOf({ bearing, metres }: Heading): CompassPoint | null {
  if (metres <= 500) return null;
  return points[Math.round(bearing / 45) % points.length] ?? null;
}
