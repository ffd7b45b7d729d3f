import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { newRandomId } from '@earshot/shared';
import { type Document, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { cellCentre, cellOf } from '../../packages/server/src/cells.ts';
import { migrate } from '../../packages/server/src/store/sqlite/migrate.ts';
import { migrations } from '../../packages/server/src/store/sqlite/schema.ts';
import { eventually } from '../resources/collect.ts';
import { allChanges, mongoSite, type StoreSite, send, sqliteSite, upTo } from '../resources/stores.ts';
import { behind } from '../resources/storeWork.ts';

// Databases of the last version that stored the exact locations of rooms.

const digits = /37192|84239/;
const places = upTo(60).map((n) => ({ latitude: 48.3719264 + n * 1e-7, longitude: -16.8423951 - n * 1e-7 }));
const cells = new Set(places.map(cellOf));
const cell = cellOf({ latitude: 48.3719264, longitude: -16.8423951 });
const rooms = places.map((place) => ({ id: newRandomId(), place }));
const named = { id: '48.3719264_-16.8423951', place: { latitude: 48.3719264, longitude: -16.8423951 } };

function filePath({ spec }: StoreSite): string {
  if (spec.kind !== 'sqlite') throw new TypeError('not a file');
  return spec.file;
}

/** A file with the schema of that version; its free space and its log contain exact locations as well. */
async function fillSqlite(site: StoreSite): Promise<void> {
  const path = filePath(site);
  await mkdir(dirname(path), { recursive: true });
  using file = new DatabaseSync(path);
  file.exec('PRAGMA journal_mode = WAL; PRAGMA secure_delete = OFF');
  migrate(file, migrations.slice(0, 6));
  const insert = file.prepare(
    'INSERT INTO rooms (id, name, latitude, longitude, created_at, cell) VALUES (?, ?, ?, ?, 1, ?)',
  );
  for (const { latitude, longitude } of places) insert.run(newRandomId(), 'Removed', latitude, longitude, cell);
  file.exec("PRAGMA wal_checkpoint(FULL); DELETE FROM rooms WHERE name = 'Removed'");
  for (const { id, place } of [...rooms, named]) insert.run(id, 'Old', place.latitude, place.longitude, cell);
  const { latitude, longitude } = cellCentre(cell);
  const insertCell = file.prepare('INSERT INTO cells VALUES (1, ?, ?, ?)');
  insertCell.run(cell, latitude, longitude);
  file.exec(`
    INSERT INTO cell_points SELECT 1, unit_x(latitude, longitude), unit_x(latitude, longitude), unit_y(latitude, longitude),
      unit_y(latitude, longitude), unit_z(latitude, longitude), unit_z(latitude, longitude) FROM cells;
    INSERT INTO members SELECT id, 'ana', 'Ana', 1 FROM rooms;
    INSERT INTO users VALUES ('ana', 'Ana', ${latitude}, ${longitude}, 5);
    INSERT INTO messages SELECT id, 1, 1, 'm ' || id, 'ana', 'Ana', 'before', NULL, 1, NULL, 0, '[]', NULL FROM rooms`);
}

async function fillMongo(site: StoreSite): Promise<void> {
  await using raw = await behind(site);
  const point = ({ latitude, longitude }: { latitude: number; longitude: number }) => ({
    type: 'Point',
    coordinates: [longitude, latitude],
  });
  const all = [...rooms, named];
  const bson = (id: string) => (id === named.id ? id : new ObjectId(id)) as ObjectId;
  const times = { created_at: new Date(1), last_message_at: new Date(1) };
  const documents = all.map(({ id, place }) => ({
    _id: bson(id),
    name: 'Old',
    location: point(place),
    cell,
    ...times,
  }));
  await raw.db.collection<Document>('rooms').insertMany(documents);
  const moved = { _id: 7 as never, name: 'Unusable', original_location: point(named.place), created_at: new Date(1) };
  const unreadable = { ...moved, _id: 8 as never, original_location: [48.3719264, -16.8423951] };
  await raw.db.collection<Document>('rooms').insertMany([moved, unreadable]);
  await raw.db
    .collection<Document>('cells')
    .insertOne({ _id: cell as never, centre: point(cellCentre(cell)), rooms: all.length });
  await raw.db
    .collection('members')
    .insertMany(all.map(({ id }) => ({ room_id: id, user_id: 'ana', username: 'Ana', joined_at: new Date(1) })));
  await raw.db.collection('messages').insertMany(
    all.map(({ id }) => ({
      ...{ room_id: id, seq: 1, updated_seq: 1, taken_seqs: [1], user_id: 'ana', username: 'Ana', content: 'before' },
      ...{ timestamp: new Date(1), edited_at: null, deleted: false, reactions: [] },
    })),
  );
  await raw.db.collection<Document>('users').insertOne({
    ...{ _id: 'ana' as never, username: 'Ana' },
    ...{ current_location: point(cellCentre(cell)), last_location_update: new Date(5) },
  });
  await raw.db
    .collection<Document>('migrations')
    .insertOne({ _id: 'positions are cells' as never, finished_at: new Date(1) });
}

/** Whether any byte of the files, or any field of a document, is more precise than a cell. Ids are the choice of clients. */
async function holdsExactLocation(site: StoreSite): Promise<boolean> {
  if (site.spec.kind === 'sqlite') {
    const folder = dirname(filePath(site));
    const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    const needles = [...places, named.place].flatMap(({ latitude, longitude }) => [latitude, longitude].map(realBytes));
    return files.some((bytes) => needles.some((needle) => bytes.includes(needle)));
  }
  await using raw = await behind(site);
  const collections = await raw.db.listCollections().toArray();
  const dumps = await Promise.all(collections.map(({ name }) => raw.db.collection(name).find().toArray()));
  return digits.test(JSON.stringify(dumps).replaceAll(named.id, ''));
}

/** A number as SQLite stores it. */
function realBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

const drivers = [
  { driver: 'sqlite', newSite: sqliteSite, fill: fillSqlite },
  ...(inject('mongodbUri') ? [{ driver: 'mongodb', newSite: () => mongoSite(), fill: fillMongo }] : []),
];

describe.each(drivers)('$driver: a database with exact locations', ({ newSite, fill }) => {
  test('holds only cells after it was opened, by several instances at once, and keeps ids, members and messages', async () => {
    expect(cells).toEqual(new Set([cell]));
    await using site = await newSite();
    await fill(site);
    expect(await holdsExactLocation(site)).toBe(true);
    const [store] = await Promise.all([site.open(), site.open(), site.open()]);
    if (!store) throw new TypeError('no store');
    await eventually(async () => !(await holdsExactLocation(site)));

    const ids = [...rooms, named].map(({ id }) => id).sort();
    const found = await store.roomsNear(cell, 1, 100);
    expect(found.map(({ room }) => room.id).sort()).toEqual(ids);
    expect(new Set(found.map(({ room }) => room.cell))).toEqual(cells);
    for (const id of ids) {
      expect(await store.isMember(id, 'ana')).toBe(true);
      await send(store, id, { content: 'after' });
      expect((await allChanges(store, id)).map(({ content }) => content)).toEqual(['before', 'after']);
    }
    expect(await store.location('ana')).toEqual({ cell, at: new Date(5) });
    expect(await store.nearestOrNewRoom({ cell, radius: 1, name: 'New', createdBy: 'ben' })).toMatchObject({
      isNew: false,
    });
  });
});

describe.skipIf(inject('mongodbUri') === '')('mongodb', () => {
  test('rooms that an instance of an earlier version creates during an upgrade follow at a later start', async () => {
    await using site = await mongoSite();
    await (await site.open()).close();
    await using raw = await behind(site);
    const insert = (created_at: Date) =>
      raw.db.collection('rooms').insertOne({
        ...{ name: 'Late', cell, created_at, last_message_at: null },
        location: { type: 'Point', coordinates: [named.place.longitude, named.place.latitude] },
      });
    await insert(new Date());
    expect(await holdsExactLocation(site)).toBe(true);
    await (await site.open()).close();
    expect(await holdsExactLocation(site)).toBe(false);
  });
});
