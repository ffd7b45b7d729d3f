import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Location, newRandomId, toUnitVector } from '@earshot/shared';
import { type Document, ObjectId } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import { migrate } from '../../packages/server/src/store/sqlite/migrate.ts';
import { migrations } from '../../packages/server/src/store/sqlite/schema.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { mongoSite, type StoreSite, sqliteSite, upTo } from '../resources/stores.ts';
import { behind, readsOf } from '../resources/storeWork.ts';

const centre: Location = { latitude: 52.52, longitude: 13.405 };

/** A city of 2,000 rooms: half of them at one location, the others spread. */
const places = upTo(2_000).map((step): Location => {
  if (step % 2 === 0) return centre;
  const angle = step * 2.4;
  const degrees = Math.sqrt(step) / 280;
  return {
    latitude: centre.latitude + degrees * Math.cos(angle),
    longitude: centre.longitude + 1.6 * degrees * Math.sin(angle),
  };
});

/** Rooms as stored by earlier versions, without cells. Opening the store adds the cells. */
async function oldSqlite(site: StoreSite): Promise<void> {
  if (site.spec.kind !== 'sqlite') throw new TypeError('not a file');
  await mkdir(dirname(site.spec.file), { recursive: true });
  using file = new DatabaseSync(site.spec.file);
  migrate(file, migrations.slice(0, 2));
  const insert = file.prepare(
    `INSERT INTO rooms (id, name, latitude, longitude, created_at) VALUES (?, 'Old', ?, ?, 1)`,
  );
  const insertPoint = file.prepare('INSERT INTO room_points VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)');
  file.exec('BEGIN');
  for (const place of places) {
    const id = newRandomId();
    insert.run(id, place.latitude, place.longitude);
    insertPoint.run(...toUnitVector(place).flatMap((axis) => [axis, axis]), id);
  }
  const positions = `INSERT INTO users (id, username, latitude, longitude, location_at) VALUES ('ana', 'Ana', 1.234, 2.345, 5)`;
  file.exec(`${positions}; COMMIT`);
}

async function oldMongo(site: StoreSite): Promise<void> {
  await using raw = await behind(site);
  const point = ({ latitude, longitude }: Location) => ({ type: 'Point', coordinates: [longitude, latitude] });
  await raw.db.collection<Document>('rooms').insertMany(
    places.map((place) => ({
      ...{ _id: new ObjectId(newRandomId()), name: 'Old', location: point(place) },
      ...{ created_at: new Date(1), last_message_at: null },
    })),
  );
  const position = {
    current_location: point({ latitude: 1.234, longitude: 2.345 }),
    last_location_update: new Date(5),
  };
  await raw.db.collection<Document>('users').insertOne({ _id: 'ana' as never, username: 'Ana', ...position });
}

/** The collections in which MongoDB finds rooms. */
const roomReads = /\.(rooms|cells)$/;

/** MongoDB searches outwards in rings, and the cells of a whole ring are many. */
const cellsOfRing = 2_500;

const drivers = [
  { driver: 'sqlite', newSite: sqliteSite, fill: oldSqlite },
  { driver: 'mongodb', newSite: () => mongoSite(), fill: oldMongo },
] as const;

describe.each(drivers)('$driver: in a city with many rooms', ({ driver, newSite, fill }) => {
  let site: StoreSite;
  let store: Store;
  beforeAll(async () => {
    site = await newSite();
    await fill(site);
    // Several instances open it at once.
    [store] = await Promise.all([site.open(), site.open(), site.open()]);
  }, 60_000);
  afterAll(() => site[Symbol.asyncDispose]());

  test('rooms of earlier versions get their cells, each once', async () => {
    const found = await store.roomsNear(cellOf(centre), 50_000, 10_000);
    expect(found).toHaveLength(places.length);
    expect(new Set(found.map(({ room }) => room.id)).size).toBe(places.length);
    const here = places.filter((place) => cellOf(place) === cellOf(centre)).length;
    expect(found.filter(({ distance }) => distance === 0)).toHaveLength(here);
  });

  test('locations of users that earlier versions stored are deleted', async () => {
    expect(await store.location('ana')).toBeNull();
  });

  test.each([
    ['where they are many', centre, 50_000, 20],
    ['where they are few', { latitude: centre.latitude + 0.1, longitude: centre.longitude + 0.1 }, 50_000, 20],
    ['for a join', centre, 5_000, 1],
    ['for as many as a page has', { latitude: centre.latitude - 0.05, longitude: centre.longitude }, 50_000, 100],
  ])('a search %s reads about as much as it returns', async (_, location, radius, limit) => {
    const all = (await store.roomsNear(cellOf(location), radius, 10_000)).slice(0, limit);
    const found: unknown[] = [];
    const work = await readsOf(site, roomReads, async () =>
      found.push(...(await store.roomsNear(cellOf(location), radius, limit))),
    );
    expect(found).toEqual(all);
    expect(found).toHaveLength(limit);
    expect(work).toBeLessThan(300 + 12 * limit);
  });

  test('every page of the rooms around reads about as much as it returns', async () => {
    const cell = cellOf(centre);
    const all = await store.roomsNear(cell, 50_000, 10_000);
    const found: typeof all = [];
    for (let pages = 0; found.length < all.length; pages += 1) {
      expect(pages).toBeLessThanOrEqual(all.length / 100);
      const last = found.at(-1);
      const after = last && { cell: last.room.cell ?? '', roomId: last.room.id };
      const work = await readsOf(site, roomReads, async () =>
        found.push(...(await store.roomsNearPage({ cell, radius: 50_000, limit: 100, after }))),
      );
      expect(work).toBeLessThan(driver === 'mongodb' ? cellsOfRing : 1_500);
    }
    expect(new Set(found.map(({ room }) => room.id)).size).toBe(all.length);
  });

  // MongoDB searches outwards in growing rings, in its own process.
  test('a search that reaches the city last reads no more', async () => {
    const outside = { latitude: centre.latitude + 0.5, longitude: centre.longitude };
    const nearest = (await store.roomsNear(cellOf(outside), 50_000, 10_000)).slice(0, 20);
    const found: unknown[] = [];
    const work = await readsOf(site, roomReads, async () =>
      found.push(...(await store.roomsNear(cellOf(outside), 50_000, 20))),
    );
    expect(found).toEqual(nearest);
    expect(found).toHaveLength(20);
    expect(work).toBeLessThan(driver === 'mongodb' ? cellsOfRing : 540);
  });

  test('a search far from every room reads nothing', async () => {
    const nowhere = { latitude: -52, longitude: -13 };
    expect(await readsOf(site, roomReads, () => store.roomsNear(cellOf(nowhere), 50_000, 100))).toBeLessThan(10);
  });
});
