import { expect, test } from 'vitest';
import { distanceBand, distanceBands } from './distanceBands.ts';
import { limits } from './limits.ts';

test.each([
  [0, 100],
  [100, 100],
  [100.1, 250],
  [800, 1_000],
  [49_999, 50_000],
  [60_000, 50_000],
])('%d m is published as %d m', (metres, band) => {
  expect(distanceBand(metres)).toBe(band);
});

test('the last band is the widest search', () => {
  expect(distanceBands.at(-1)).toBe(limits.searchRadiusMax);
  expect(distanceBands.toSorted((a, b) => a - b)).toEqual(distanceBands);
});
