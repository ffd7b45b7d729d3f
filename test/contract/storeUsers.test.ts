import { describe, expect, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { storeDrivers } from '../resources/stores.ts';

const ana = { userId: 'ana', username: 'Ana' };
const ben = { userId: 'ben', username: 'Ben' };
const here = cellOf({ latitude: 48.208, longitude: 16.374 });
const there = cellOf({ latitude: -90, longitude: -180 });
const at = (minute: number) => new Date(1_700_000_000_000 + minute * 60_000);

const open = (store: Store, roomId: string) => store.namedRoom({ roomId, name: roomId, cell: null, createdBy: 'ana' });

describe.each(storeDrivers)('$driver: members', ({ newSite }) => {
  test('are stored from joining to leaving, on every instance and after a restart', async () => {
    await using site = await newSite();
    const [store, other] = [await site.open(), await site.open()];
    await open(store, 'plaza');
    await open(store, 'park');
    expect(await store.isMember('plaza', 'ana')).toBe(false);
    expect(await store.addMember('plaza', ana)).toBe(true);
    expect(await other.addMember('plaza', { ...ana, username: 'Anna' })).toBe(false);
    expect(await other.isMember('plaza', 'ana')).toBe(true);
    expect(await other.isMember('plaza', 'ben')).toBe(false);
    expect(await other.isMember('park', 'ana')).toBe(false);
    await store.close();
    const reopened = await site.open();
    expect(await reopened.isMember('plaza', 'ana')).toBe(true);
    expect(await reopened.removeMember('plaza', 'ana')).toBe(true);
    expect(await other.removeMember('plaza', 'ana')).toBe(false);
    expect(await other.isMember('plaza', 'ana')).toBe(false);
    expect(await other.addMember('plaza', ana)).toBe(true);
  });

  test('join only existing rooms', async () => {
    await using site = await newSite();
    const store = await site.open();
    await expect(store.addMember('nowhere', ana)).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    expect(await store.isMember('nowhere', 'ana')).toBe(false);
    const { room } = await store.nearestOrNewRoom({ cell: here, radius: 100, name: 'Here', createdBy: 'ana' });
    expect(await store.addMember(room.id, ana)).toBe(true);
    expect(await store.isMember(room.id, 'ana')).toBe(true);
  });

  test('that join twenty times concurrently are new once', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    await Promise.all(stores.map((store) => open(store, 'plaza')));
    const joined = await Promise.all(
      Array.from({ length: 10 }, () => stores.map((store) => store.addMember('plaza', ana))).flat(),
    );
    expect(joined.filter(Boolean)).toHaveLength(1);
  });

  test('have the map cell that was saved last', async () => {
    await using site = await newSite();
    const store = await site.open();
    expect(await store.location('ana')).toBeNull();
    await store.saveLocation(ana, here, at(1));
    await store.saveLocation(ben, there, at(2));
    expect(await store.location('ana')).toStrictEqual({ cell: here, at: at(1) });
    await store.saveLocation(ana, there, at(3));
    expect(await (await site.open()).location('ana')).toStrictEqual({ cell: there, at: at(3) });
    expect(await store.location('ben')).toStrictEqual({ cell: there, at: at(2) });
  });

  test('that save a first location twenty times concurrently have one', async () => {
    await using site = await newSite();
    const stores = [await site.open(), await site.open()];
    await Promise.all(
      Array.from({ length: 10 }, () => stores.map((store) => store.saveLocation(ana, here, at(1)))).flat(),
    );
    expect(await stores[0]?.location('ana')).toStrictEqual({ cell: here, at: at(1) });
  });

  test('have their locations deleted if those are older than a given time', async () => {
    await using site = await newSite();
    const store = await site.open();
    await store.saveLocation(ana, here, at(1));
    await store.saveLocation(ben, here, at(2));
    await store.saveLocation({ userId: 'eve', username: 'Eve' }, here, at(3));
    expect(await store.forgetLocations(at(1))).toBe(0);
    expect(await store.forgetLocations(at(3))).toBe(2);
    expect(await store.forgetLocations(at(3))).toBe(0);
    expect([await store.location('ana'), await store.location('ben')]).toEqual([null, null]);
    expect(await store.location('eve')).toStrictEqual({ cell: here, at: at(3) });
    await store.saveLocation(ana, there, at(4));
    expect(await store.location('ana')).toStrictEqual({ cell: there, at: at(4) });
  });
});
