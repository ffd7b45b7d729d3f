import { describe, expect, test } from 'vitest';
import { forEachInBatches } from '../../packages/server/src/async/batches.ts';
import { cellOf } from '../../packages/server/src/cells.ts';
import { membershipsPerStep } from '../../packages/server/src/store/roomRemoval.ts';
import { idleRoomSite } from '../resources/idleRooms.ts';
import { send, storeDrivers, upTo } from '../resources/stores.ts';

const here = cellOf({ latitude: 48.2, longitude: 16.37 });
const cellAt = (latitude: number) => cellOf({ latitude, longitude: 0 });
const ana = { userId: 'ana', username: 'Ana' };
const ben = { userId: 'ben', username: 'Ben' };
const day = 24 * 60 * 60_000;
const minute = 60_000;
const ttl = { roomTtlMs: 90 * day };

describe.each(storeDrivers)('$driver: rooms with messages, made at a location', ({ newSite }) => {
  test('are removed when nothing happened for that many days, with members, messages, reactions and location', async () => {
    await using site = await idleRoomSite(newSite, ttl);
    const { store, other, clock, make, cleanTwice, published } = site;
    const roomId = await make();
    const { id: messageId } = await send(store, roomId);
    await store.change({ roomId, messageId }, { type: 'react', userId: 'ana', emoji: '👍', on: true });
    await Promise.all(upTo(450).map(() => send(store, roomId)));
    clock.now += 89 * day;
    expect(await cleanTwice()).toBe(0);
    expect(await store.isMember(roomId, 'ana')).toBe(true);
    clock.now += 2 * day;
    expect(await cleanTwice()).toBe(1);
    expect(published).toEqual([{ roomId, event: { type: 'room.removed' } }]);
    for (const one of [store, other]) {
      expect([await one.room(roomId), await one.wasRemoved(roomId)]).toEqual([null, true]);
      expect(await one.isMember(roomId, 'ana')).toBe(false);
      expect(await one.roomsNear(here, 5_000, 10)).toEqual([]);
      await expect(one.addMember(roomId, ana)).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
      expect(await one.historyBefore(roomId, { limit: 10 })).toEqual([]);
    }
    expect(await store.ownReactions(roomId, { userId: 'ana', messageIds: [messageId] })).toEqual([
      { messageId, emojis: [] },
    ]);
    expect(await store.purgeRemovedRooms()).toBe(false);
    expect(await store.wasRemoved('nowhere')).toBe(false);
  });

  test('are kept by a message within that time, also if it has expired, and removed later', async () => {
    await using site = await idleRoomSite(newSite, ttl);
    const { store, clock, make, cleanTwice } = site;
    const roomId = await make();
    const { id: messageId } = await send(store, roomId);
    clock.now += 50 * day;
    const { timestamp } = await send(store, roomId);
    await expect.poll(async () => (await store.room(roomId))?.lastMessageAt).toEqual(timestamp);
    await store.change({ roomId, messageId }, { type: 'delete' });
    clock.now += 50 * day;
    const rooms = [{ roomId, before: new Date(clock.now) }];
    expect(await store.expiry.deleteExpired(rooms, new Date(clock.now))).toMatchObject({ deleted: 1, heads: [] });
    expect(await cleanTwice()).toBe(0);
    clock.now += 45 * day;
    expect(await cleanTwice()).toBe(1);
  });

  test('are kept by a message, a join or a present user within that time, however often the job runs', async () => {
    await using site = await idleRoomSite(newSite, ttl);
    const { store, other, presence, clock, make, cleanTwice } = site;
    const [written, joined, watched] = [await make(cellAt(1)), await make(cellAt(2)), await make(cellAt(3))];
    for (const roomId of [written, joined, watched]) await send(store, roomId);
    await presence.enter({ roomId: watched, watchId: 'w', user: ben }, 0);
    clock.now += 50 * day;
    await send(other, written);
    await other.addMember(joined, ben);
    clock.now += 50 * day;
    expect(await cleanTwice()).toBe(0);
    expect(await store.inactiveRooms(new Date(clock.now - 90 * day), 10)).toEqual([]); // their activity is recorded
    for (const roomId of [written, joined, watched]) expect(await store.isMember(roomId, 'ana')).toBe(true);
    clock.now += 45 * day;
    expect(await cleanTwice()).toBe(2);
    expect(await store.room(watched)).toMatchObject({ id: watched });
  });

  test('are kept without a limit, and where a name identifies them', async () => {
    await using unlimited = await idleRoomSite(newSite);
    const roomId = await unlimited.make();
    await send(unlimited.store, roomId);
    unlimited.clock.now += 5_000 * day;
    expect(await unlimited.cleanTwice()).toBe(0);

    await using site = await idleRoomSite(newSite, ttl);
    const { store, clock, cleanTwice } = site;
    for (const [name, cell] of [
      ['plaza', null],
      ['48.2_16.37', here],
    ] as const) {
      await store.namedRoom({ roomId: name, name, cell, createdBy: 'ana' });
      await store.addMember(name, ana);
      await send(store, name);
    }
    clock.now += 5_000 * day;
    expect(await cleanTwice()).toBe(0);
    expect(await store.isMember('plaza', 'ana')).toBe(true);
  });

  test('are kept by a join, a message or a change between the two steps, and by a user who is present then', async () => {
    await using site = await idleRoomSite(newSite, ttl);
    const { store, other, presence, clock, make, clean } = site;
    const rooms = await Promise.all(upTo(5).map((n) => make(cellAt(n))));
    const messages = await Promise.all(rooms.map((roomId) => send(store, roomId)));
    clock.now += 91 * day;
    await clean();
    for (const roomId of rooms) expect(await store.isMember(roomId, 'ana')).toBe(false);
    const [joined = '', written = '', changed = '', watched = '', unused] = rooms;
    await other.addMember(joined, ben);
    await send(other, written);
    await other.change({ roomId: changed, messageId: messages[2]?.id ?? '' }, { type: 'edit', content: 'late' });
    await presence.enter({ roomId: watched, watchId: 'w', user: ben }, 0);
    clock.now += 2 * minute;
    expect(await clean(other)).toBe(1);
    expect(await store.wasRemoved(unused ?? '')).toBe(true);
    for (const roomId of [joined, written, changed, watched]) {
      expect([roomId, await store.room(roomId)]).toMatchObject([roomId, { id: roomId }]);
    }
    clock.now += 89 * day;
    expect(await clean()).toBe(0);
    expect(await store.isMember(joined, 'ben')).toBe(true);
  });

  test('are joined and written to while two instances clean up: whatever was accepted is there afterwards', async () => {
    await using site = await idleRoomSite(newSite, ttl);
    const { store, other, clock, make, clean } = site;
    const rooms = await Promise.all(upTo(40).map((n) => make(cellAt(n))));
    await Promise.all(rooms.map((roomId) => send(store, roomId)));
    clock.now += 91 * day;
    const [joining, writing, used] = [rooms.slice(0, 15), rooms.slice(15, 30), new Set<string>()];
    const use = async () => {
      const joins = joining.map(async (roomId) => {
        if (await other.addMember(roomId, ben).catch(() => null)) used.add(roomId);
      });
      // A send checks the membership, and is stored later.
      const sends = writing.map(async (roomId) => {
        if (!(await other.isMember(roomId, 'ana'))) return;
        await send(other, roomId, { content: 'accepted' });
        used.add(roomId);
      });
      await Promise.all([...joins, ...sends]);
    };
    await Promise.all([use(), clean(store), clean(other), use()]);
    clock.now += 2 * minute;
    await Promise.all([use(), clean(store), clean(other)]);
    clock.now += 2 * minute;
    await Promise.all([clean(store), clean(other)]);
    for (const roomId of joining) {
      const isIn = used.has(roomId);
      expect([roomId, await store.isMember(roomId, 'ben')]).toEqual([roomId, isIn]);
      expect([roomId, (await store.room(roomId)) !== null]).toEqual([roomId, isIn]);
    }
    for (const roomId of writing) {
      const { messages } = await store.history(roomId, { limit: 10 });
      expect([roomId, messages.some(({ content }) => content === 'accepted')]).toEqual([roomId, used.has(roomId)]);
      if (used.has(roomId)) expect(await store.room(roomId)).not.toBeNull();
    }
    for (const roomId of rooms.slice(30)) expect(await store.wasRemoved(roomId)).toBe(true);
  });

  test('lose their members in steps, and a join in between keeps them', async () => {
    await using site = await idleRoomSite(newSite, ttl);
    const { store, clock, make } = site;
    const roomId = await make();
    await send(store, roomId);
    // MongoDB has connections for about so many calls at a time.
    const together = 100;
    const numbers = upTo(2 * membershipsPerStep + 5);
    await forEachInBatches(numbers, together, async (n) => {
      await store.addMember(roomId, { userId: `u${n}`, username: 'U' });
    });
    clock.now += 91 * day;
    const times = { idleBefore: new Date(clock.now - day), inactiveBefore: new Date(clock.now - 90 * day) };
    const step = () => store.endMemberships([roomId], times);
    const left = async () => {
      let count = Number(await store.isMember(roomId, 'ana'));
      await forEachInBatches(numbers, together, async (n) => {
        if (await store.isMember(roomId, `u${n}`)) count += 1;
      });
      return count;
    };
    expect([await step(), await left()]).toEqual([0, membershipsPerStep + 6]);
    expect(await store.inactiveRooms(times.inactiveBefore, 10)).toEqual([roomId]);
    expect([await step(), await left()]).toEqual([0, 6]);
    await store.addMember(roomId, ben);
    expect([await step(), await left(), await store.isMember(roomId, 'ben')]).toEqual([0, 6, true]);
  }, 60_000);

  test('are removed once if the job is interrupted after any step, and are forgotten after a year', async () => {
    await using site = await idleRoomSite(newSite, ttl);
    const { store, other, clock, make, clean } = site;
    const rooms = await Promise.all(upTo(3).map((n) => make(cellAt(n))));
    for (const roomId of rooms) await send(store, roomId);
    clock.now += 91 * day;
    await clean();
    clock.now += 2 * minute;
    const before = new Date(clock.now - minute);
    const both = await Promise.all([store.removeRooms(rooms, before), other.removeRooms(rooms, before)]);
    expect(both.flat().sort()).toEqual(rooms.toSorted()); // the instance ends here, before it deletes the messages
    expect(await store.removeRooms(rooms, before)).toEqual([]);
    await Promise.all([clean(store), clean(other)]);
    for (const roomId of rooms) expect(await store.historyBefore(roomId, { limit: 10 })).toEqual([]);
    clock.now += 364 * day;
    await clean();
    expect(await store.wasRemoved(rooms[0] ?? '')).toBe(true);
    clock.now += 2 * day;
    await clean();
    expect(await store.wasRemoved(rooms[0] ?? '')).toBe(false);
  });
});
