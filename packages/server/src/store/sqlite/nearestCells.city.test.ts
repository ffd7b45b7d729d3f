import { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Location, toUnitVector } from '@earshot/shared';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cellCentre, cellDistance, cellOf } from '../../cells.ts';
import { migrate } from './migrate.ts';
import { type FoundCell, nearestCells } from './nearestCells.ts';
import { migrations } from './schema.ts';

const here = cellOf({ latitude: 52.52, longitude: 13.405 });
const cityRadius = 30_000;

/** The point that many metres from `here`, in a direction in radians. */
function away(metres: number, direction: number): Location {
  const { latitude, longitude } = cellCentre(here);
  return {
    latitude: latitude + (metres * Math.cos(direction)) / 111_195,
    longitude: longitude + (metres * Math.sin(direction)) / 67_660,
  };
}

/** A city in which every cell has a room. */
const database = new DatabaseSync(':memory:');
const cells = new Set<string>();
beforeAll(() => {
  migrate(database, migrations);
  const insertCell = database.prepare('INSERT INTO cells (id, cell, latitude, longitude) VALUES (?, ?, ?, ?)');
  const insertPoint = database.prepare('INSERT INTO cell_points VALUES (?, ?, ?, ?, ?, ?, ?)');
  for (let radius = 0; radius < cityRadius; radius += 300) {
    const step = 300 / Math.max(300, radius);
    for (let direction = 0; direction < 2 * Math.PI; direction += step) cells.add(cellOf(away(radius, direction)));
  }
  database.exec('BEGIN');
  for (const [index, cell] of [...cells].entries()) {
    const centre = cellCentre(cell);
    insertCell.run(index, cell, centre.latitude, centre.longitude);
    insertPoint.run(index, ...toUnitVector(centre).flatMap((axis) => [axis, axis]));
  }
  database.exec('COMMIT');
});
afterAll(() => database.close());

function take(count: number, found: Iterable<FoundCell>): FoundCell[] {
  const taken: FoundCell[] = [];
  for (const one of found) if (taken.push(one) === count) break;
  return taken;
}

/** The cells around one of them in the order of a search, found without one. */
function exhaustive(from: string, radius: number): FoundCell[] {
  return Array.from(cells, (cell) => ({ cell, distance: cellDistance(from, cell) }))
    .filter(({ distance }) => distance <= radius)
    .sort((a, b) => a.distance - b.distance || (a.cell < b.cell ? -1 : 1));
}

const centreOfCity = here;
const suburb = cellOf(away(20_000, 1));
const outside = cellOf(away(60_000, 4));

test.each([
  ['the centre', centreOfCity, 50_000],
  ['a suburb', suburb, 7_000],
  ['outside', outside, 50_000],
])('a full city is found in order, from %s', (_, from, radius) => {
  const expected = exhaustive(from, radius);
  expect(expected.length).toBeGreaterThan(100);
  const search = { centre: cellCentre(from), radius, limit: 20 };
  expect([...nearestCells(database)(search)]).toEqual(expected);
});

test.each([0, 1, 40, 500, 2_000, 3_500])('a search after the cell %i continues with the next one', (index) => {
  const expected = exhaustive(here, 50_000);
  const search = { centre: cellCentre(here), radius: 50_000, limit: 20, after: expected[index] };
  expect(take(300, nearestCells(database)(search))).toEqual(expected.slice(index + 1, index + 301));
});

test.each([
  ['from the centre', centreOfCity, 0],
  ['after fifteen kilometres', centreOfCity, 15_000],
  ['after twenty-nine kilometres', centreOfCity, 29_000],
  ['from outside', outside, 0],
])('few cells are read for the first one %s', (_, from, distance) => {
  using reads = vi.spyOn(StatementSync.prototype, 'all');
  using counts = vi.spyOn(StatementSync.prototype, 'get');
  const after = distance === 0 ? undefined : { cell: '', distance };
  const [found] = take(1, nearestCells(database)({ centre: cellCentre(from), radius: 50_000, limit: 1, after }));
  expect(found).toEqual(exhaustive(from, 50_000).find((one) => one.distance >= distance));
  expect(reads.mock.results.reduce((sum, { value }) => sum + value.length, 0)).toBeLessThan(250);
  expect(reads.mock.calls.length + counts.mock.calls.length).toBeLessThan(400);
});
