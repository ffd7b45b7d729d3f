import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateRoomName, parseRoomName } from './roomName.ts';

describe('generateRoomName', () => {
  test.each([
    [40.7128, -74.006, 'Local chat near 40.71, -74.00'],
    [0.29, -0.004, 'Local chat near 0.29, 0.00'],
    [-89.999, 179.999, 'Local chat near -89.99, 179.99'],
  ])('the name of a room at %d, %d has two truncated decimals', (latitude, longitude, name) => {
    expect(generateRoomName({ latitude, longitude })).toBe(name);
  });
});

describe('parseRoomName', () => {
  test('finds the coordinates of every generated name, near the location and never more exact', () => {
    const location = fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    });
    fc.assert(
      fc.property(location, ({ latitude, longitude }) => {
        const coordinates = parseRoomName(generateRoomName({ latitude, longitude }));
        expect(coordinates).toMatch(/^-?\d+\.\d\d, -?\d+\.\d\d$/);
        const [lat = Number.NaN, lon = Number.NaN] = (coordinates ?? '').split(', ').map(Number);
        expect(Math.abs(lat - latitude)).toBeLessThan(0.010_001);
        expect(Math.abs(lon - longitude)).toBeLessThan(0.010_001);
        // The name of the truncated location is the same name.
        expect(generateRoomName({ latitude: lat, longitude: lon })).toBe(`Local chat near ${coordinates}`);
      }),
    );
  });

  test.each(['Local chat near me', 'Local chat near 1, 2', ' Local chat near 1.00, 2.00', 'Café', ''])(
    '%j is a chosen name',
    (name) => expect(parseRoomName(name)).toBeNull(),
  );
});
