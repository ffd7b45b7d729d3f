import type { Place } from '@earshot/shared';
import { foldText } from './foldText.ts';

/** Short names of countries that are no code of ISO 3166. */
const shortNames: Readonly<Record<string, readonly string[]>> = {
  US: ['usa'],
  GB: ['uk', 'england', 'scotland', 'wales'],
};
/** In the languages of the page. */
const countryNames = ['en', 'de'].map((language) => new Intl.DisplayNames([language], { type: 'region' }));
const namesOfCountries = new Map<string, readonly string[]>();

/** Whether a folded text is the beginning of the name of the place's city or country, or of the country's code: `berl`, `germ`, `de`. */
export function isIn({ name, country }: Place, folded: string): boolean {
  const startsSo = (one: string) => one.startsWith(folded);
  const [, ...cities] = name.split(', ');
  return namesOf(country).some(startsSo) || cities.map(foldText).some(startsSo);
}

/** Returns the folded names of a country. */
function namesOf(country: string): readonly string[] {
  const known = namesOfCountries.get(country);
  if (known) return known;
  const names = [country, ...countryNames.map((one) => one.of(country) ?? country)].map(foldText);
  const all = [...names, ...(shortNames[country] ?? [])];
  namesOfCountries.set(country, all);
  return all;
}
