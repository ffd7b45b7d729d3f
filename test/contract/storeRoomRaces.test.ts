import type { Location } from '@earshot/shared';
import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { beginTransaction } from '../resources/beginTransaction.ts';
import { mongoSite, storeDrivers, upTo } from '../resources/stores.ts';

const spot: Location = { latitude: 48.2082, longitude: 16.3738 };

const join = (store: Store, location: Location) =>
  store.nearestOrNewRoom({ cell: cellOf(location), radius: 5_000, name: 'Around here', createdBy: 'ana' });

/** The number of calls that returned `isNew`, and the number of different rooms. */
function count(results: readonly { room: { id: string }; isNew: boolean }[]) {
  return { made: results.filter(({ isNew }) => isNew).length, rooms: new Set(results.map(({ room }) => room.id)).size };
}

describe.each(storeDrivers)('$driver: two instances create rooms concurrently', ({ newSite }) => {
  test('100 calls for one location create one room', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const results = await Promise.all(upTo(100).map((caller) => join(stores[caller % 2] as Store, spot)));
    expect(count(results)).toEqual({ made: 1, rooms: 1 });
    expect(await stores[0]?.roomsNear(cellOf(spot), 50_000, 100)).toHaveLength(1);
  });

  test('calls for adjacent locations create one room', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const places = upTo(40).map((step) => ({ ...spot, longitude: spot.longitude + step / 10_000 }));
    const results = await Promise.all(places.map((place, caller) => join(stores[caller % 2] as Store, place)));
    expect(count(results)).toEqual({ made: 1, rooms: 1 });
  });

  test('calls for distant locations create one room each', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const places = upTo(40).map((step) => ({ latitude: 0, longitude: (step % 20) * 9 }));
    const results = await Promise.all(places.map((place, caller) => join(stores[caller % 2] as Store, place)));
    expect(count(results)).toEqual({ made: 20, rooms: 20 });
  });

  test('calls that pass over the rooms around create one room, and find it', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const [store, other] = stores as [Store, Store];
    const search = { cell: cellOf(spot), name: 'Around here', createdBy: 'ana' };
    const passed: string[] = [];
    for (const _ of upTo(3)) passed.push((await store.nearestOrNewRoom({ ...search, radius: 0 })).room.id);
    const make = (one: Store, except: string[]) => one.nearestOrNewRoom({ ...search, radius: 5_000, except });
    const results = await Promise.all(upTo(60).map((caller) => make(stores[caller % 2] as Store, passed)));
    expect(count(results)).toEqual({ made: 1, rooms: 1 });
    const made = results[0]?.room.id ?? '';
    expect(passed).not.toContain(made);
    expect(await make(other, passed.slice(1))).toMatchObject({ isNew: false, room: { id: passed[0] } });
    // An id of no room around is ignored.
    expect(await make(other, [...passed, 'elsewhere'])).toMatchObject({ isNew: false, room: { id: made } });
    expect(await make(store, [...passed, made])).toMatchObject({ isNew: true });
    expect(await store.roomsNear(cellOf(spot), 50_000, 100)).toHaveLength(5);
  });

  test('100 calls for one name create one room', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    const request = { roomId: 'plaza', name: 'Plaza', cell: null, createdBy: 'ana' };
    const results = await Promise.all(upTo(100).map((caller) => (stores[caller % 2] as Store).namedRoom(request)));
    expect(count(results)).toEqual({ made: 1, rooms: 1 });
    for (const { room } of results) expect(room).toStrictEqual(results[0]?.room);
  });
});

describe('mongodb: while rooms are created at one location', () => {
  test('distant ones are created at once, near ones wait', async () => {
    await using site = await mongoSite();
    const store = await site.open();
    if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
    await join(store, spot);
    await using client = await MongoClient.connect(site.spec.uri);
    await using session = client.startSession();
    // Another session holds the lock for that room.
    const locks = client.db(site.spec.database).collection('locks');
    await beginTransaction(session, () => locks.updateMany({}, { $inc: { locked: 1 } }, { session }));
    let waits = true;
    const near = join(store, { ...spot, latitude: spot.latitude + 0.06 }).finally(() => {
      waits = false;
    });
    for (const step of upTo(5)) {
      expect(await join(store, { latitude: -step, longitude: -20 * step })).toMatchObject({ isNew: true });
    }
    expect(waits).toBe(true);
    await session.commitTransaction();
    expect(await near).toMatchObject({ isNew: true });
  });

  test('forty at one location with a search radius of 0, from two instances, are all created', async () => {
    await using site = await mongoSite();
    const stores = [await site.open(), await site.open()];
    const createSeparately = { cell: cellOf(spot), radius: 0, name: 'Here', createdBy: 'eve' };
    const made = await Promise.all(upTo(40).map((n) => (stores[n % 2] as Store).nearestOrNewRoom(createSeparately)));
    expect(count(made)).toEqual({ made: 40, rooms: 40 });
    expect(await stores[0]?.roomsNear(cellOf(spot), 100, 1_000)).toHaveLength(40);
  });
});
