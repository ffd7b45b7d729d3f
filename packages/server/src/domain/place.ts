import type { Location } from '@earshot/shared';
import { cellToLatLng, latLngToCell } from 'h3-js';

/**
 * What may be told of a place. The exact point where a room was made stays inside the server: three distances from
 * known points would find the person who stood there.
 */

/** H3 resolution whose cells measure about half a kilometre along an edge. */
const resolution = 8;

/** Upper bounds in metres. */
const bands = [100, 250, 500, 1_000, 2_000, 5_000, 10_000, 25_000, 50_000] as const;

/** The centre of the H3 cell around a point. */
export function shownPlace({ latitude, longitude }: Location): Location {
  const [lat, lng] = cellToLatLng(latLngToCell(latitude, longitude, resolution));
  return { latitude: lat, longitude: lng };
}

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

/** A user's own position as it is kept: three decimals, about a hundred metres. */
export function roundedLocation({ latitude, longitude }: Location): Location {
  return { latitude: round3(latitude), longitude: round3(longitude) };
}

const round3 = (degrees: number) => Math.round(degrees * 1_000) / 1_000 + 0; // + 0 turns -0 into 0
