import { distanceMetres } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { publicLocation } from './publicRoom.ts';

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
});
