import type { Location } from './geo.ts';

// The name of a room that was created at a location. Both directions are here, so that a page can translate the name, and so that the
// coordinates in it are never more exact than intended.

const prefix = 'Local chat near ';

/** Returns the name of a room created at a location: two decimals (about a kilometre), truncated and not rounded. */
export function generateRoomName({ latitude, longitude }: Location): string {
  return `${prefix}${truncated(latitude)}, ${truncated(longitude)}`;
}

const generated = new RegExp(`^${prefix}(-?\\d+\\.\\d+, -?\\d+\\.\\d+)$`);

/** Returns the coordinates in a generated name, e.g. `40.71, -74.00`; null for a name that a user chose. */
export function parseRoomName(name: string): string | null {
  return generated.exec(name)?.[1] ?? null;
}

function truncated(degrees: number): string {
  // Via decimal text: 0.29 * 100 is 28.999... in binary, and would be truncated to 0.28.
  const text = degrees.toFixed(10).slice(0, -8);
  return text === '-0.00' ? '0.00' : text;
}
