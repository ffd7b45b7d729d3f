import { distanceMetres, type Location, limits, type Place } from '@earshot/shared';
import { TimeSlices } from '../async/timeSlices.ts';
import { fullName, type PlaceIndex } from './findArea.ts';
import { foldText } from './foldText.ts';
import { type FurtherPlace, furtherPlaces, otherNames } from './otherNames.ts';
import { countryOf, locationOf, type PlaceTable, placeAt, populationOf, textAt } from './placeTable.ts';
import { isIn } from './surroundings.ts';

export interface PlaceQuery {
  text: string;
  /** Places near it come earlier. */
  location?: Location | undefined;
}

/** Places read for one answer, those with the most people first. */
const candidatesMax = 100;

interface Candidate {
  /** A place of the table, or one that it lacks. */
  place: number | FurtherPlace;
  score: number;
}

/** How much a match of a name's later word counts less than one of its beginning, and one of the whole name more. */
const laterWordPenalty = 1.5;
const wholeNameBonus = 1;

/**
 * Returns the places whose name, or else a word of it, begins with a text: the largest first, and those near the location. If there are
 * none, the text up to the first comma is the name, and the rest is a city or a country: `Mitte, Berlin` and `Berlin, Germany`.
 */
export async function searchPlaces(
  index: PlaceIndex,
  { text, location }: PlaceQuery,
  slices = new TimeSlices(3),
): Promise<Place[]> {
  const found = await placesFrom(index, { folded: foldText(text), location }, slices);
  const [folded = '', ...surroundings] = text.split(',').map(foldText);
  if (found.length > 0 || surroundings.length === 0)
    return distinct(index, { candidates: found, surroundings: [] }, slices);
  const candidates = await placesFrom(index, { folded, location }, slices);
  return distinct(index, { candidates, surroundings }, slices);
}

const foldedOtherNames = otherNames.map(([name, country, others]) => ({
  ...{ name, country },
  others: others.split(', ').map(foldText),
}));
const foldedFurtherPlaces = furtherPlaces.map((place) => ({ place, foldedName: foldText(place.name) }));

interface NameQuery {
  /** The beginning of a name, or of a word in it. */
  folded: string;
  location: Location | undefined;
}

/** Returns the places with such names, the best first. */
async function placesFrom(
  index: PlaceIndex,
  { folded, location }: NameQuery,
  slices: TimeSlices,
): Promise<Candidate[]> {
  const { table } = index;
  if (folded === '') return [];
  const found = new Map<number | FurtherPlace, Candidate>();
  const add = (place: number | FurtherPlace, bonus: number) => {
    if (!found.has(place)) found.set(place, { place, score: scoreOf(table, place, location) + bonus });
  };
  for (const place of await placesWith(table, `\n${folded}`, slices)) {
    add(place, textAt(table.foldedNames, place) === folded ? wholeNameBonus : 0);
  }
  for (const { name, country, others } of foldedOtherNames) {
    if (!others.some((one) => one.startsWith(folded))) continue;
    const place = placeNamed(table, name, country);
    if (place !== undefined) add(place, others.includes(folded) ? wholeNameBonus : 0);
  }
  for (const { place, foldedName } of foldedFurtherPlaces) if (foldedName.startsWith(folded)) add(place, 0);
  for (const place of await placesWith(table, ` ${folded}`, slices)) add(place, -laterWordPenalty);
  return Array.from(found.values()).sort(byScore);
}

/** Returns the largest place of that name in a country. The places with other names have many people, so the search ends early. */
function placeNamed(table: PlaceTable, name: string, country: string): number | undefined {
  const { bytes } = table.foldedNames;
  const needle = Buffer.from(`\n${foldText(name)}\n`);
  for (let from = bytes.indexOf(needle); from !== -1; from = bytes.indexOf(needle, from + 1)) {
    const place = placeAt(table.foldedNames, from);
    if (countryOf(table, place) === country) return place;
  }
  return undefined;
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
function scoreOf(table: PlaceTable, place: number | FurtherPlace, location: Location | undefined): number {
  const size = Math.log10((typeof place === 'number' ? populationOf(table, place) : place.population) + 10);
  if (location === undefined) return size;
  const km = distanceMetres(location, typeof place === 'number' ? locationOf(table, place) : place.location) / 1_000;
  return size - 1.5 * Math.log10(1 + km / 30);
}

const rankOf = ({ place }: Candidate) => (typeof place === 'number' ? place : Number.POSITIVE_INFINITY);
const byScore = (a: Candidate, b: Candidate) => b.score - a.score || (rankOf(a) < rankOf(b) ? -1 : 1);

interface Results {
  candidates: readonly Candidate[];
  /** Folded beginnings of the names of cities and countries: results lie in all of them. */
  surroundings: readonly string[];
}

/** The first results, without those that read like an earlier one. */
async function distinct(
  index: PlaceIndex,
  { candidates, surroundings }: Results,
  slices: TimeSlices,
): Promise<Place[]> {
  const results = new Map<string, Place>();
  for (const { place } of candidates) {
    if (slices.isOver) await slices.next();
    const result = describe(index, place);
    const key = `${result.country} ${result.name}`;
    if (!results.has(key) && surroundings.every((one) => isIn(result, one))) results.set(key, result);
    if (results.size === limits.placesMax) break;
  }
  return Array.from(results.values());
}

function describe(index: PlaceIndex, place: number | FurtherPlace): Place {
  if (typeof place !== 'number') return { name: place.name, country: place.country, location: place.location };
  const { table } = index;
  return { name: fullName(index, place), country: countryOf(table, place), location: locationOf(table, place) };
}
