import { chordLength, distanceMetres, type Location, toUnitVector } from '@earshot/shared';
import fc from 'fast-check';
import { getPentagons } from 'h3-js';
import { expect, test } from 'vitest';
import { cellCentre, cellDistance, cellOf, searchAreas, toCellCentre } from './cells.ts';

const location = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const radius = fc.constantFrom(1, 50, 899, 901, 5_000, 5_999, 6_001, 50_000);
const radians = Math.PI / 180;

/** The point at a distance in metres and a direction. */
function away(from: Location, metres: number, bearing: number): Location {
  const angle = metres / 6_371_008.8;
  const lat = from.latitude * radians;
  const latitude = Math.asin(Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(bearing));
  const east = Math.sin(bearing) * Math.sin(angle) * Math.cos(lat);
  const longitude = from.longitude + Math.atan2(east, Math.cos(angle) - Math.sin(lat) * Math.sin(latitude)) / radians;
  return { latitude: latitude / radians, longitude: ((longitude + 540) % 360) - 180 };
}

test('a cell contains its own centre, and its distance to itself is 0', () => {
  fc.assert(
    fc.property(location, (point) => {
      expect(cellOf(toCellCentre(point))).toBe(cellOf(point));
      expect(cellDistance(cellOf(point), cellOf(toCellCentre(point)))).toBe(0);
      expect(distanceMetres(point, toCellCentre(point))).toBeLessThan(1_000);
    }),
  );
});

test('two searches that could find each other share an area', () => {
  fc.assert(
    fc.property(
      location,
      radius,
      radius,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 7, noNaN: true }),
      (here, one, other, part, bearing) => {
        const there = away(here, Math.min(one, other) * part, bearing);
        const areas = new Set(searchAreas(here, one));
        expect(searchAreas(there, other).some((area) => areas.has(area))).toBe(true);
      },
    ),
    { numRuns: 2_000 },
  );
});

test('distant searches share no area', () => {
  fc.assert(
    fc.property(location, location, (here, there) => {
      const [p, q] = [toUnitVector(here), toUnitVector(there)];
      fc.pre(Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]) > chordLength(100_000));
      const areas = new Set(searchAreas(here, 5_000));
      expect(searchAreas(there, 5_000).filter((area) => areas.has(area))).toEqual([]);
      expect(areas.size).toBeLessThanOrEqual(9);
    }),
  );
});

/** The maximum distance of a point from the centre of its cell, in metres. */
const cellRadius = 800;
const pentagons = getPentagons(8).map(cellCentre);
/** Points where coordinates wrap, and where the grid is irregular. */
const hardPlace = fc.oneof(
  fc.constantFrom(...pentagons),
  location.map((one) => ({ ...one, latitude: Math.sign(one.latitude || 1) * (90 - Math.abs(one.latitude) / 900) })),
  location.map((one) => ({
    ...one,
    longitude: Math.sign(one.longitude || 1) * (180 - Math.abs(one.longitude) / 1_800),
  })),
);

test('distances at poles, the antimeridian, borders of cells and pentagons differ from the exact ones by two cell radii at most', () => {
  const step = fc.record({
    metres: fc.double({ min: 0, max: 50_000, noNaN: true }),
    bearing: fc.double({ min: 0, max: 7, noNaN: true }),
  });
  fc.assert(
    fc.property(hardPlace, step, (here, { metres, bearing }) => {
      const there = away(here, metres, bearing);
      const distance = cellDistance(cellOf(here), cellOf(there));
      expect(distance).toBe(cellDistance(cellOf(there), cellOf(here)));
      expect(Math.abs(distance - distanceMetres(here, there))).toBeLessThanOrEqual(2 * cellRadius);
    }),
    { numRuns: 2_000 },
  );
});
