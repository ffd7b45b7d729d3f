import { EarshotError, type Location, type Place } from '@earshot/shared';
import { InvalidArgumentError } from 'commander';
import { numberFrom } from '../arguments.ts';

/** Where to chat: a location, or the name of a place that the server finds. */
export type Destination = Location | string;

/** Parses the arguments of `earshot chat`: two numbers are coordinates, other words the name of a place. */
export function parseDestination(words: readonly string[]): Destination {
  const [first = '', second, ...others] = words;
  if (!isNumber(first)) return words.join(' ');
  if (second === undefined) throw new InvalidArgumentError('A latitude needs a longitude after it.');
  if (others.length > 0) throw new InvalidArgumentError('Give a latitude and a longitude, or the name of a place.');
  return {
    latitude: numberFrom(-90, 90, { subject: 'The latitude' })(first),
    longitude: numberFrom(-180, 180, { subject: 'The longitude' })(second),
  };
}

const isNumber = (text: string) => text.trim() !== '' && !Number.isNaN(Number(text));

interface PlaceFinder {
  /** Resolves to places, the best first. */
  search: (text: string) => Promise<readonly Place[]>;
  print: (line: string) => void;
}

/** Returns the location. Of several places with the name it takes the first, and prints which one that is. */
export async function locate(destination: Destination, { search, print }: PlaceFinder): Promise<Location> {
  if (typeof destination !== 'string') return destination;
  const [place, ...others] = await search(destination);
  if (place === undefined) {
    throw new EarshotError('INVALID_INPUT', { message: `No place is called “${destination}”.` });
  }
  const { latitude, longitude } = place.location;
  const or = others.length === 0 ? '' : ` Other places: ${others.slice(0, 4).map(describe).join('; ')}.`;
  print(`${describe(place)} (${latitude.toFixed(2)} ${longitude.toFixed(2)}).${or}`);
  return place.location;
}

const countries = new Intl.DisplayNames(['en'], { type: 'region' });

const describe = ({ name, country }: Place) => `${name}, ${countries.of(country) ?? country}`;
