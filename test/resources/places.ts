import type { Location } from '@earshot/shared';

/** A new location for each call, far from all others, so that tests which share a database don't interfere. */
export function somewhere(): Location {
  return { latitude: Math.random() * 120 - 60, longitude: Math.random() * 340 - 170 };
}

/** The point `metres` north of a location. */
export function north({ latitude, longitude }: Location, metres: number): Location {
  return { latitude: latitude + metres / 111_195, longitude };
}
