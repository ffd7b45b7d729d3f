import { describe, expect, test } from 'vitest';
import { locate, parseDestination } from './destination.ts';

describe('parseDestination', () => {
  test.each([
    [['52.52', '13.405'], { latitude: 52.52, longitude: 13.405 }],
    [['-33.87', '-151.21'], { latitude: -33.87, longitude: -151.21 }],
    [['Berlin'], 'Berlin'],
    [['New', 'York'], 'New York'],
  ])('%j', (words, destination) => expect(parseDestination(words)).toEqual(destination));

  test.each([
    [['52.52'], 'A latitude needs a longitude after it.'],
    [['91', '13'], 'The latitude must be a number from -90 to 90.'],
    [['52', 'east'], 'The longitude must be a number from -180 to 180.'],
    [['1', '2', '3'], 'Give a latitude and a longitude, or the name of a place.'],
  ])('refuses %j', (words, problem) => expect(() => parseDestination(words)).toThrow(problem));
});

describe('locate', () => {
  const berlin = { name: 'Berlin', country: 'DE', location: { latitude: 52.524, longitude: 13.41 } };
  const inSalvador = { name: 'Berlín', country: 'SV', location: { latitude: 13.5, longitude: -88.53 } };

  test('takes the first place, and prints which one it is', async () => {
    const printed: string[] = [];
    const search = async () => [berlin, inSalvador];
    expect(await locate('Berlin', { search, print: (line) => printed.push(line) })).toEqual(berlin.location);
    expect(printed).toEqual(['Berlin, Germany (52.52 13.41). Other places: Berlín, El Salvador.']);
  });

  test('refuses a name that no place has', async () => {
    const finding = locate('Nowhere', { search: async () => [], print: () => {} });
    await expect(finding).rejects.toThrow('No place is called “Nowhere”.');
  });
});
