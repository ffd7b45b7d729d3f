import { distanceMetres, type Location, limits, type Place } from '@earshot/shared';
import { TimeSlices } from '../async/timeSlices.ts';
import { fullName, type PlaceIndex } from './findArea.ts';
import { foldText } from './foldText.ts';
import { countryOf, locationOf, type PlaceTable, placeAt, populationOf, textAt } from './placeTable.ts';

export interface PlaceQuery {
  text: string;
  /** Places near it come earlier. */
  location?: Location | undefined;
}

/** Places read for one answer, those with the most people first. */
const candidatesMax = 100;

interface Candidate {
  place: number;
  score: number;
}

/** Returns the places whose name, or else a word of it, begins with a text: the largest first, and those near the location. */
export async function searchPlaces(
  index: PlaceIndex,
  { text, location }: PlaceQuery,
  slices = new TimeSlices(3),
): Promise<Place[]> {
  const { table } = index;
  const folded = foldText(text);
  if (folded === '') return [];
  const found = new Map<number, Candidate>();
  for (const [before, penalty] of [
    ['\n', 0],
    [' ', 1.5],
  ] as const) {
    for (const place of await placesWith(table, before + folded, slices)) {
      const isWhole = penalty === 0 && textAt(table.foldedNames, place) === folded;
      const score = scoreOf(table, place, location) + (isWhole ? 1 : 0) - penalty;
      if (!found.has(place)) found.set(place, { place, score });
    }
  }
  return distinct(index, Array.from(found.values()).sort(byScore));
}

/** Bytes searched between two looks at the clock. */
const bytesPerLook = 128 * 1_024;

/** The first places that contain that text, by rank. Reads each byte of the names at most once, in slices. */
async function placesWith({ foldedNames }: PlaceTable, text: string, slices: TimeSlices): Promise<number[]> {
  const { bytes, starts } = foldedNames;
  const needle = Buffer.from(text);
  const places: number[] = [];
  for (let from = 0; from < bytes.length && places.length < candidatesMax; ) {
    if (slices.isOver) await slices.next();
    const end = from + bytesPerLook;
    const found = bytes.subarray(from, end + needle.length - 1).indexOf(needle);
    if (found !== -1) places.push(placeAt(foldedNames, from + found));
    from = found === -1 ? end : (starts[(places.at(-1) ?? 0) + 1] ?? bytes.length);
  }
  return places;
}

/** Ten times the people weigh as much as the step from 30 km to some 200 km. */
function scoreOf(table: PlaceTable, place: number, location: Location | undefined): number {
  const size = Math.log10(populationOf(table, place) + 10);
  if (location === undefined) return size;
  const km = distanceMetres(location, locationOf(table, place)) / 1_000;
  return size - 1.5 * Math.log10(1 + km / 30);
}

const byScore = (a: Candidate, b: Candidate) => b.score - a.score || a.place - b.place;

/** The first results, without those that read like an earlier one. */
function distinct(index: PlaceIndex, candidates: readonly Candidate[]): Place[] {
  const results = new Map<string, Place>();
  for (const { place } of candidates) {
    const [name, country] = [fullName(index, place), countryOf(index.table, place)];
    const key = `${country} ${name}`;
    if (!results.has(key)) results.set(key, { name, country, location: locationOf(index.table, place) });
    if (results.size === limits.placesMax) break;
  }
  return Array.from(results.values());
}
