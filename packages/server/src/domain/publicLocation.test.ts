import { distanceMetres } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distanceBand, publicLocation, roomName } from './publicLocation.ts';

const location = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe('locations are published without their exact point', () => {
  test('the public location is near, and the same for all points of its cell', () => {
    fc.assert(
      fc.property(location, (point) => {
        const published = publicLocation(point);
        expect(distanceMetres(point, published)).toBeLessThan(1_000);
        expect(distanceMetres(publicLocation(published), published)).toBeLessThan(0.01);
      }),
    );
  });

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

  test.each([
    [40.7128, -74.006, 'Local chat near 40.71, -74.00'],
    [0.29, -0.004, 'Local chat near 0.29, 0.00'],
    [-89.999, 179.999, 'Local chat near -89.99, 179.99'],
  ])('the name of a room at %d, %d has two truncated decimals', (latitude, longitude, name) => {
    expect(roomName({ latitude, longitude })).toBe(name);
  });
});
