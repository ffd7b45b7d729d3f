import { DatabaseSync } from 'node:sqlite';
import { distanceMetres, type Location, toUnitVector } from '@earshot/shared';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { migrate } from './migrate.ts';
import { type CellSearch, type FoundCell, nearestCells } from './nearestCells.ts';
import { migrations } from './schema.ts';

const cellName = (n: number) => `cell ${String(n).padStart(5, '0')}`;

/** A database with a cell around each location. The tests name cells themselves: the search does not know H3. */
function openCells(locations: readonly Location[]) {
  const raw = new DatabaseSync(':memory:');
  migrate(raw, migrations);
  const addCell = raw.prepare('INSERT INTO cells (id, cell, latitude, longitude) VALUES (?, ?, ?, ?)');
  const addPoint = raw.prepare('INSERT INTO cell_points VALUES (?, ?, ?, ?, ?, ?, ?)');
  raw.exec('BEGIN');
  for (const [n, location] of locations.entries()) {
    addCell.run(n + 1, cellName(n), location.latitude, location.longitude);
    addPoint.run(n + 1, ...toUnitVector(location).flatMap((axis) => [axis, axis]));
  }
  raw.exec('COMMIT');
  /** The same search, by comparing all cells. */
  const compareAll = ({ centre, radius, after }: CellSearch): FoundCell[] =>
    locations
      .map((location, n) => ({ cell: cellName(n), distance: distanceMetres(centre, location) }))
      .sort((a, b) => a.distance - b.distance || (a.cell < b.cell ? -1 : 1))
      .filter((one) => one.distance <= radius)
      .filter(
        (one) => !after || one.distance > after.distance || (one.distance === after.distance && one.cell > after.cell),
      );
  return { raw, search: nearestCells(raw), compareAll, [Symbol.dispose]: () => raw.close() };
}

function take(count: number, found: Iterable<FoundCell>): FoundCell[] {
  const taken: FoundCell[] = [];
  for (const one of found) if (taken.push(one) === count) break;
  return taken;
}

/** Many cells: a city, some in one place, and others all over the world, also at its edges. */
const locations = [
  ...Array.from({ length: 2_000 }, (_, n) => ({
    latitude: 52.3 + ((n * 7919) % 2_000) / 4_000,
    longitude: 13.1 + ((n * 104_729) % 2_003) / 3_000,
  })),
  ...Array.from({ length: 60 }, () => ({ latitude: 48.2, longitude: 16.37 })),
  ...Array.from({ length: 500 }, (_, n) => ({
    latitude: 90 - (180 * ((n * 577) % 500)) / 499,
    longitude: ((n * 7_907) % 3_600) / 10 - 180,
  })),
  ...[-180, 180, 179.999, -179.999].map((longitude) => ({ latitude: -16.8, longitude })),
];

test('finds the nearest cells, whatever the place, the radius and the number', () => {
  using cells = openCells(locations);
  const centre = fc.oneof(
    fc.constantFrom(...locations),
    fc.record({
      latitude: fc.double({ min: 52.2, max: 52.9, noNaN: true }),
      longitude: fc.double({ min: 13, max: 13.9, noNaN: true }),
    }),
    fc.record({
      latitude: fc.double({ min: -90, max: 90, noNaN: true }),
      longitude: fc.double({ min: -180, max: 180, noNaN: true }),
    }),
  );
  const radius = fc.constantFrom(1, 700, 5_000, 50_000, 2_000_000);
  fc.assert(
    fc.property(centre, radius, fc.constantFrom(1, 5, 20, 100), fc.nat(100), (place, metres, limit, skipped) => {
      const all = cells.compareAll({ centre: place, radius: metres, limit });
      const found = take(limit, cells.search({ centre: place, radius: metres, limit }));
      expect(found).toEqual(all.slice(0, limit));
      const after = all[Math.min(skipped, all.length - 1)];
      const rest = take(limit, cells.search({ centre: place, radius: metres, limit, after }));
      expect(rest).toEqual(cells.compareAll({ centre: place, radius: metres, limit, after }).slice(0, limit));
    }),
    { numRuns: 150 },
  );
});

test('cells in one place are found by name, and a search continues among them', () => {
  using cells = openCells(Array.from({ length: 200 }, () => ({ latitude: 48.2, longitude: 16.37 })));
  const search = { centre: { latitude: 48.2, longitude: 16.37 }, radius: 10, limit: 10 };
  const names = (after?: FoundCell) => take(200, cells.search({ ...search, after })).map(({ cell }) => cell);
  expect(names().slice(0, 10)).toEqual(Array.from({ length: 10 }, (_, n) => cellName(n)));
  expect(names({ cell: cellName(150), distance: 0 })).toEqual(Array.from({ length: 49 }, (_, n) => cellName(151 + n)));
});

test('reads few cells, however many there are in reach', () => {
  using cells = openCells(locations);
  const prepare = cells.raw.prepare.bind(cells.raw);
  let read = 0;
  using _watched = vi.spyOn(cells.raw, 'prepare').mockImplementation((sql) => {
    const statement = prepare(sql);
    const all = statement.all.bind(statement);
    if (sql.includes('JOIN')) {
      vi.spyOn(statement, 'all').mockImplementation((...values: Parameters<typeof all>) => {
        const rows = all(...values);
        read += rows.length;
        return rows;
      });
    }
    return statement;
  });
  const search = nearestCells(cells.raw);
  const centre = { latitude: 52.5, longitude: 13.4 };
  const [far] = cells.compareAll({ centre, radius: 50_000, limit: 1 }).slice(1_500);
  for (const after of [undefined, far]) {
    read = 0;
    take(5, search({ centre, radius: 50_000, limit: 5, after }));
    expect(read).toBeGreaterThan(4);
    expect(read).toBeLessThan(400);
  }
});
