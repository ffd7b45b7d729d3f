import type { Location } from '@earshot/shared';

/**
 * The places of the world, as columns. A place is its rank: 0 is the one with the most people. A search reads the
 * columns from the start, and stops at the first few matches.
 */
export interface PlaceTable {
  readonly count: number;
  /** In 1/100,000 of a degree. */
  readonly latitudes: Int32Array;
  readonly longitudes: Int32Array;
  readonly populations: Uint32Array;
  /** Estimated, in kilometres: see `radiusOf`. */
  readonly radii: Float32Array;
  /** Two letters of ISO 3166, the first in the upper byte. */
  readonly countries: Uint16Array;
  /** A number for each state or province, different within one country. */
  readonly regions: Uint16Array;
  /** 1 for a part of a city. */
  readonly parts: Uint8Array;
  readonly names: TextColumn;
  /** The names as `foldText` writes them, for searches. */
  readonly foldedNames: TextColumn;
}

/** Texts in UTF-8, one after the other, each after a newline. */
export interface TextColumn {
  readonly bytes: Buffer;
  /** Where each text's newline is, and at the end the length of all. */
  readonly starts: Uint32Array;
}

/** Units of the columns' coordinates in a degree. */
export const unitsPerDegree = 100_000;

/** People on a square kilometre of a town. */
const density = 3_000;

/** GeoNames does not say how far a place extends, so its radius is estimated from its population. */
export const radiusOf = (population: number): number => Math.max(0.5, Math.sqrt(population / (Math.PI * density)));

export function textAt({ bytes, starts }: TextColumn, place: number): string {
  return bytes.toString('utf8', (starts[place] ?? 0) + 1, starts[place + 1] ?? 0);
}

export const nameOf = (table: PlaceTable, place: number): string => textAt(table.names, place);
export const isPart = (table: PlaceTable, place: number): boolean => table.parts[place] === 1;
export const populationOf = (table: PlaceTable, place: number): number => table.populations[place] ?? 0;

export function countryOf(table: PlaceTable, place: number): string {
  const code = table.countries[place] ?? 0;
  return String.fromCharCode(code >> 8, code & 0xff);
}

export function locationOf(table: PlaceTable, place: number): Location {
  return {
    latitude: (table.latitudes[place] ?? 0) / unitsPerDegree,
    longitude: (table.longitudes[place] ?? 0) / unitsPerDegree,
  };
}

/** Returns the place whose text contains that byte. */
export function placeAt({ starts }: TextColumn, offset: number): number {
  let [low, high] = [0, starts.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
