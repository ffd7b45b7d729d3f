import { MongoClient } from 'mongodb';
import { describe, expect, inject, test } from 'vitest';
import { cellOf } from '../../packages/server/src/cells.ts';
import { removeIdleRooms } from '../../packages/server/src/domain/removeIdleRooms.ts';
import { createInProcessPresence } from '../../packages/server/src/presence/inProcessPresence.ts';
import { idleRoomSite, start } from '../resources/idleRooms.ts';
import { mongoSite, send, storeDrivers, upTo } from '../resources/stores.ts';

const here = cellOf({ latitude: 48.2, longitude: 16.37 });
const ana = { userId: 'ana', username: 'Ana' };
const ben = { userId: 'ben', username: 'Ben' };
const hour = 60 * 60_000;

describe.each(storeDrivers)('$driver: rooms without messages', ({ newSite }) => {
  test('are deleted after a day without present users, with their members, location and name', async () => {
    await using site = await idleRoomSite(newSite);
    const { store, clock, make, cleanTwice } = site;
    const roomId = await make();
    await store.namedRoom({ roomId: 'plaza', name: 'Plaza', cell: null, createdBy: 'ana' });
    clock.now += 23 * hour;
    expect(await cleanTwice()).toBe(0);
    expect(await store.isMember(roomId, 'ana')).toBe(true);
    clock.now += 2 * hour;
    expect(await cleanTwice()).toBe(2);
    expect([await store.room(roomId), await store.room('plaza')]).toEqual([null, null]);
    expect(await store.isMember(roomId, 'ana')).toBe(false);
    expect(await store.roomsNear(here, 5_000, 10)).toEqual([]);
    await expect(store.addMember(roomId, ana)).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    // The location is free for another room.
    const again = await make();
    expect((await store.roomsNear(here, 5_000, 10)).map(({ room }) => room.id)).toEqual([again]);
  });

  test('are kept if they have a message, even a deleted one', async () => {
    await using site = await idleRoomSite(newSite);
    const { store, clock, make, cleanTwice } = site;
    const roomId = await make();
    const { id: messageId } = await send(store, roomId);
    await store.change({ roomId, messageId }, { type: 'delete' });
    clock.now += 100 * hour;
    expect(await cleanTwice()).toBe(0);
    expect(await store.isMember(roomId, 'ana')).toBe(true);
    expect(await store.roomsNear(here, 5_000, 10)).toHaveLength(1);
  });

  test('are kept while a user is present, and for another day', async () => {
    await using site = await idleRoomSite(newSite);
    const { store, presence, clock, make, cleanTwice } = site;
    const roomId = await make();
    const entry = { roomId, watchId: 'c', user: ana };
    await presence.enter(entry, 0);
    clock.now += 30 * hour;
    expect(await cleanTwice()).toBe(0);
    await presence.leave(entry);
    clock.now += 23 * hour;
    expect(await cleanTwice()).toBe(0);
    expect(await store.isMember(roomId, 'ana')).toBe(true);
    clock.now += 2 * hour;
    expect(await cleanTwice()).toBe(1);
  });

  test('are kept by a join before or between the two steps', async () => {
    await using site = await idleRoomSite(newSite);
    const { store, other, clock, make, clean } = site;
    const [first, second] = [await make(), await make(cellOf({ latitude: 1, longitude: 1 }))];
    clock.now += 25 * hour;
    expect(await store.addMember(first, ben)).toBe(true);
    await clean();
    expect([await store.isMember(first, 'ana'), await store.isMember(second, 'ana')]).toEqual([true, false]);
    expect(await other.addMember(second, ben)).toBe(true);
    clock.now += 2 * 60_000;
    expect(await clean(other)).toBe(0);
    expect([await store.isMember(first, 'ben'), await store.isMember(second, 'ben')]).toEqual([true, true]);
  });

  test('are kept by a message between the two steps', async () => {
    await using site = await idleRoomSite(newSite);
    const { store, other, clock, make, clean } = site;
    const roomId = await make();
    clock.now += 25 * hour;
    await clean();
    await send(other, roomId);
    clock.now += 2 * 60_000;
    expect(await clean()).toBe(0);
    clock.now += 100 * hour;
    expect(await clean()).toBe(0);
    expect(await store.room(roomId)).toMatchObject({ id: roomId });
  });

  test('are joined on one instance while others clean up: every successful join is in an existing room', async () => {
    await using site = await idleRoomSite(newSite);
    const { store, other, clock, make, clean } = site;
    const roomIds = await Promise.all(upTo(30).map((step) => make(cellOf({ latitude: step, longitude: 0 }))));
    clock.now += 25 * hour;
    const joinAll = () => Promise.allSettled(roomIds.map((roomId) => other.addMember(roomId, ben)));
    const [joined] = await Promise.all([joinAll(), clean(store), clean(other)]);
    clock.now += 2 * 60_000;
    const [later] = await Promise.all([joinAll(), clean(store), clean(other)]);
    for (const [i, roomId] of roomIds.entries()) {
      const isIn = joined[i]?.status === 'fulfilled' || later[i]?.status === 'fulfilled';
      expect([roomId, await store.isMember(roomId, 'ben')]).toEqual([roomId, isIn]);
      expect([roomId, (await store.room(roomId)) !== null]).toEqual([roomId, isIn]);
    }
  });

  test('are deleted in batches, by two instances at once', async () => {
    await using site = await idleRoomSite(newSite);
    const { store, other, clock, clean } = site;
    const names = upTo(70).map((n) => `room ${n}`); // more than a batch
    await Promise.all(names.map((roomId) => store.namedRoom({ roomId, name: roomId, cell: null, createdBy: 'eve' })));
    clock.now += 25 * hour;
    expect(await store.idleRooms(new Date(clock.now), 8)).toHaveLength(8);
    await Promise.all([clean(store), clean(other)]);
    clock.now += 2 * 60_000;
    const removed = await Promise.all([clean(store), clean(other)]);
    expect(removed.reduce((sum, count) => sum + count)).toBe(70);
    expect(await store.idleRooms(new Date(clock.now), 50)).toEqual([]);
    expect(await store.room('room 1')).toBeNull();
  });
});

/** Mutation tests run without MongoDB. */
const testOnMongo = test.skipIf(inject('mongodbUri') === '');

testOnMongo(
  'mongodb: a room with a message keeps its members, even if the record of that message was lost',
  async () => {
    await using site = await mongoSite();
    if (site.spec.kind !== 'mongodb') throw new TypeError('no MongoDB');
    const clock = { now: start };
    const store = await site.open(() => clock.now);
    const { room } = await store.nearestOrNewRoom({ cell: here, radius: 0, name: 'Here', createdBy: 'ana' });
    await store.addMember(room.id, ana);
    await send(store, room.id);
    await using raw = await MongoClient.connect(inject('mongodbUri'));
    const rooms = raw.db(site.spec.database).collection('rooms');
    await expect.poll(() => rooms.countDocuments({ idle_since: { $exists: false } })).toBe(1); // the record is written
    await rooms.updateMany({}, { $set: { idle_since: new Date(start) } });

    clock.now += 25 * hour;
    const { now } = clock;
    await using presence = Object.assign(createInProcessPresence(), { [Symbol.asyncDispose]: () => presence.close() });
    const services = { store, presence, hub: { publish: async () => {} }, nearby: { invalidate() {} } };
    expect(await removeIdleRooms(services, { roomTtlMs: null, now: new Date(now) })).toBe(0);
    expect(await store.isMember(room.id, 'ana')).toBe(true);
    expect(await store.idleRooms(new Date(now), 10)).toEqual([]);
  },
);
