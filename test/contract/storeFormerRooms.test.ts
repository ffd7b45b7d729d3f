import { newId, newRandomId } from '@earshot/shared';
import { MongoClient, ObjectId } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { cellOf, toCellCentre } from '../../packages/server/src/cells.ts';
import { idleRoomSite, start } from '../resources/idleRooms.ts';
import { mongoSite, type StoreSite, send, upTo } from '../resources/stores.ts';

const place = { latitude: 48.2, longitude: 16.37 };
const day = 24 * 60 * 60_000;

interface FormerRoom {
  _id: ObjectId | string;
  location_id?: string;
  name: string;
  created_at: Date;
  active_at?: Date;
  [field: string]: unknown;
}

async function behind(site: StoreSite) {
  if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
  const client = await MongoClient.connect(inject('mongodbUri'));
  const rooms = client.db(site.spec.database).collection<FormerRoom>('rooms');
  return { rooms, [Symbol.asyncDispose]: () => client.close() };
}

const centre = toCellCentre(place);
const location = { type: 'Point', coordinates: [centre.longitude, centre.latitude] };
const cell = cellOf(place);
const times = { created_at: new Date(1), last_message_at: new Date(1) };
const by = { created_by: 'ana' };

/** Made at a location by the last version before rooms with messages were removed. */
const former = (): FormerRoom => ({ _id: new ObjectId(newRandomId()), name: 'Here', location, cell, ...by, ...times });

/** All that have to be kept. */
const others = (): FormerRoom[] => [
  { _id: new ObjectId(newId()), name: 'Original', location, ...by, ...times },
  { _id: new ObjectId(newId()), name: 'Original, opened by an earlier version', location, ...by, ...times, cell },
  { _id: new ObjectId(newId()), name: 'Original, without a creator', location, ...times },
  { _id: new ObjectId(newId()), ...by, cell, ...times, location, name: 'Original, with its fields sorted' },
  { _id: '48.2_16.37', location_id: '48.2_16.37', name: 'Named', location, cell, ...by, ...times },
  { _id: new ObjectId('6'.repeat(24)), location_id: '6'.repeat(24), name: 'Hex', location, cell, ...by, ...times },
  { _id: 'plaza', location_id: 'plaza', name: 'Without a location', ...by, ...times },
];

const nameOfActive = async ({ rooms }: Awaited<ReturnType<typeof behind>>) =>
  new Set((await rooms.find({ active_at: { $exists: true } }).toArray()).map(({ name }) => name));

describe.skipIf(inject('mongodbUri') === '')('mongodb: rooms of earlier versions', () => {
  test('get the whole time from the first start on, if Earshot made them at a location', async () => {
    await using site = await mongoSite();
    await using raw = await behind(site);
    const rooms = upTo(4_500).map(former); // more than two batches
    const recent = { ...former(), name: 'Recent', active_at: new Date(start - day) };
    await raw.rooms.insertMany([...others(), ...rooms, recent]);
    await Promise.all([site.open(() => start), site.open(() => start)]);
    expect(await raw.rooms.countDocuments({ name: 'Here', active_at: new Date(start) })).toBe(rooms.length);
    expect(await nameOfActive(raw)).toEqual(new Set(['Here', 'Recent']));
    expect(await raw.rooms.findOne({ name: 'Recent' })).toMatchObject({ active_at: new Date(start - day) });
  });

  test('an interrupted start is continued by the next one, and rooms made during an upgrade follow', async () => {
    await using site = await mongoSite();
    await using raw = await behind(site);
    const done = { ...former(), active_at: new Date(start - 1) };
    await raw.rooms.insertMany([done, former()]);
    await site.open(() => start);
    const activeTimes = async () =>
      (await raw.rooms.find().sort({ active_at: 1 }).toArray()).map(({ active_at }) => active_at?.getTime());
    expect(await activeTimes()).toEqual([start - 1, start]);
    await raw.rooms.insertMany([{ ...former(), created_at: new Date(start + 1) }, former()]);
    await site.open(() => start + day);
    expect(await activeTimes()).toEqual([undefined, start - 1, start, start + day]);
    await raw.rooms.insertOne({ ...former(), created_at: new Date(start + 8 * day) });
    await site.open(() => start + 9 * day); // no instance of an earlier version runs any more
    expect(await activeTimes()).toEqual([undefined, undefined, start - 1, start, start + day]);
  });

  test('are removed after that time, unless they are used', async () => {
    await using database = await mongoSite();
    await using raw = await behind(database);
    const [unused, used] = [former(), former()];
    await raw.rooms.insertMany([...others(), unused, used]);
    await using site = await idleRoomSite(async () => database, { roomTtlMs: 90 * day });
    const { store, clock, cleanTwice } = site;
    const ids = (await raw.rooms.find().toArray()).map(({ _id }) => String(_id));
    for (const id of ids) await send(store, id);
    clock.now += 89 * day;
    expect(await cleanTwice()).toBe(0);
    await send(store, String(used._id));
    clock.now += 2 * day;
    expect(await cleanTwice()).toBe(1);
    const left = (await raw.rooms.find().toArray()).map(({ _id }) => String(_id));
    expect(new Set(left)).toEqual(new Set(ids.filter((id) => id !== String(unused._id))));
  });
});
