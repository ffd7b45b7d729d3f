import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Location, locationSchema } from './geo.ts';
import { chordLength, distanceMetres, toUnitVector } from './sphere.ts';

const location = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const at = (latitude: number, longitude: number): Location => ({ latitude, longitude });

const degree = (Math.PI / 180) * 6_371_008.8;
const halfWayRound = 180 * degree;

describe('locationSchema', () => {
  test.each([
    [0, 0],
    [90, 180],
    [-90, -180],
  ])('accepts %f, %f', (latitude, longitude) =>
    expect(locationSchema.parse(at(latitude, longitude))).toEqual(at(latitude, longitude)),
  );

  test.each([
    { latitude: 90.000001, longitude: 0 },
    { latitude: 0, longitude: -180.000001 },
    { latitude: Number.NaN, longitude: 0 },
    { latitude: 0, longitude: Number.POSITIVE_INFINITY },
    { latitude: '1', longitude: 2 },
    { latitude: 1 },
    null,
  ])('rejects %j', (value) => expect(locationSchema.safeParse(value).success).toBe(false));
});

describe('distanceMetres', () => {
  test.each([
    ['a degree along the equator', at(0, 0), at(0, 1), degree],
    ['a degree along a meridian', at(50, 8), at(51, 8), degree],
    ['across the antimeridian', at(0, 179.5), at(0, -179.5), degree],
    ['both names of the antimeridian', at(12, 180), at(12, -180), 0],
    ['over the north pole', at(89.5, 0), at(89.5, 180), degree],
    ['over the south pole', at(-89.5, 90), at(-89.5, -90), degree],
    ['the pole under two longitudes', at(90, 17), at(90, -120), 0],
    ['pole to pole', at(90, 0), at(-90, 123), halfWayRound],
    ['to the antipode', at(30, 40), at(-30, -140), halfWayRound],
    // Geodesic on WGS 84: 343.9 km. The sphere may differ by 0.56 %.
    ['London to Paris', at(51.5074, -0.1278), at(48.8566, 2.3522), 343_556],
  ])('%s', (_, a, b, metres) =>
    expect(Math.abs(distanceMetres(a, b) - metres)).toBeLessThan(Math.max(1, metres * 1e-6)),
  );

  test('is symmetric, zero to itself, and at most half the circumference', () => {
    fc.assert(
      fc.property(location, location, (a, b) => {
        const d = distanceMetres(a, b);
        expect(d).toBe(distanceMetres(b, a));
        expect(distanceMetres(a, a)).toBe(0);
        expect(d).toBeGreaterThanOrEqual(0);
        expect(d).toBeLessThanOrEqual(halfWayRound + 1e-6);
      }),
    );
  });

  test('satisfies the triangle inequality', () => {
    fc.assert(
      fc.property(location, location, location, (a, b, c) => {
        expect(distanceMetres(a, c)).toBeLessThanOrEqual(distanceMetres(a, b) + distanceMetres(b, c) + 0.5);
      }),
    );
  });

  test('does not change when both locations rotate around the axis', () => {
    const turned = (p: Location, by: number) => at(p.latitude, ((((p.longitude + by + 180) % 360) + 360) % 360) - 180);
    fc.assert(
      fc.property(location, location, fc.integer({ min: -360, max: 360 }), (a, b, by) => {
        // Near the antipode the arcsine of the formula loses precision, to half a metre.
        expect(Math.abs(distanceMetres(turned(a, by), turned(b, by)) - distanceMetres(a, b))).toBeLessThan(0.5);
      }),
    );
  });
});

describe('toUnitVector and chordLength', () => {
  test.each([
    [at(0, 0), [1, 0, 0]],
    [at(0, 90), [0, 1, 0]],
    [at(90, 33), [0, 0, 1]],
    [at(-90, 33), [0, 0, -1]],
    [at(0, 180), [-1, 0, 0]],
    [at(0, -180), [-1, 0, 0]],
  ])('%j', (place, expected) => {
    const vector = toUnitVector(place);
    for (const [axis, value] of expected.entries()) expect(vector[axis]).toBeCloseTo(value, 12);
  });

  test('the chord of a distance is the distance of the two vectors', () => {
    fc.assert(
      fc.property(location, location, (a, b) => {
        const [p, q] = [toUnitVector(a), toUnitVector(b)];
        const line = Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
        expect(chordLength(distanceMetres(a, b))).toBeCloseTo(line, 7);
      }),
    );
  });

  test('grows with the distance, from 0 to at most the diameter', () => {
    expect(chordLength(0)).toBe(0);
    expect(chordLength(-5)).toBe(0);
    expect(chordLength(halfWayRound)).toBeCloseTo(2, 12);
    expect(chordLength(10 * halfWayRound)).toBe(2);
  });
});
