import { describe, expect, test } from 'vitest';
import { headingTo } from './sphere.ts';

const at = (latitude: number, longitude: number) => ({ latitude, longitude });
const degree = (Math.PI / 180) * 6_371_008.8;

describe('headingTo', () => {
  test.each([
    ['north', at(0, 0), at(1, 0), 0, degree],
    ['east along the equator', at(0, 0), at(0, 1), 90, degree],
    ['south', at(50, 8), at(49, 8), 180, degree],
    ['west', at(0, 0), at(0, -1), 270, degree],
    ['east over the antimeridian', at(0, 179.5), at(0, -179.5), 90, degree],
    ['west over the antimeridian', at(0, -179.5), at(0, 179.5), 270, degree],
    ['straight over the north pole', at(89.5, 20), at(89.5, -160), 0, degree],
    ['straight over the south pole', at(-89.5, 20), at(-89.5, -160), 180, degree],
    ['from the north pole, down its own meridian', at(90, 0), at(89, 0), 180, degree],
    ['from the south pole, up its own meridian', at(-90, 0), at(-89, 0), 0, degree],
    // Ed Williams' "Aviation Formulary": from Los Angeles to New York the initial course is 66 degrees.
    ['Los Angeles to New York', at(33.95, -118.4), at(40.633, -73.783), 65.89, 0.623585 * 6_371_008.8],
  ])('%s', (_, from, to, bearing, metres) => {
    const heading = headingTo(from, to);
    expect(heading.bearing).toBeCloseTo(bearing, 1);
    expect(heading.metres / metres).toBeCloseTo(1, 4);
  });

  test('is exact to the metre nearby', () => {
    const heading = headingTo(at(52.52, 13.405), at(52.52 + 1 / degree, 13.405));
    expect(heading.metres).toBeCloseTo(1, 5);
    expect(heading.bearing).toBeCloseTo(0, 5);
  });

  test.each([at(0, 0), at(52.52, 13.405), at(90, 0), at(-33, 180)])('nowhere from %j to itself', (location) =>
    expect(headingTo(location, location)).toEqual({ bearing: 0, metres: 0 }),
  );

  test('both longitudes of the antimeridian, -180 and 180, are equivalent', () => {
    expect(headingTo(at(1, 180), at(2, 179)).bearing).toBeCloseTo(headingTo(at(1, -180), at(2, 179)).bearing, 9);
  });
});
