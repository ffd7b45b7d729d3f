import type { Location, Message } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellDistance, cellOf } from '../../packages/server/src/cells.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { eventually } from '../resources/collect.ts';
import { ascending, send, storeDrivers, upTo } from '../resources/stores.ts';

const at = (latitude: number, longitude: number): Location => ({ latitude, longitude });
const now = new Date(1_700_000_000_000);

const join = (store: Store, location: Location, radius = 5_000) =>
  store.nearestOrNewRoom({ cell: cellOf(location), radius, name: 'Around here', createdBy: 'ana' });

/** Creates a room exactly there, even if others are near. */
const make = async (store: Store, location: Location) => (await join(store, location, 0)).room;

/** The distance as the store measures it: between the centres of the cells. */
const metresBetween = (a: Location, b: Location) => cellDistance(cellOf(a), cellOf(b));
/** The maximum distance of a point from the centre of its cell. */
const cellRadius = 800;

const degree = (Math.PI / 180) * 6_371_008.8;

/** Two points and the metres between them, computed from the angle at the centre of the earth. */
const pairs: [string, Location, Location, metres: number][] = [
  ['two streets', at(48.2, 16.37), at(48.201, 16.37), degree / 1000],
  ['the antimeridian, going west', at(0, -179.99), at(0, 179.99), degree / 50],
  ['the antimeridian, going east', at(0, 179.99), at(0, -179.99), degree / 50],
  ['both names of the antimeridian', at(-17, 180), at(-17, -180), 0],
  ['over the north pole', at(89.99, 10), at(89.99, -170), degree / 50],
  ['over the south pole', at(-89.99, 10), at(-89.99, -170), degree / 50],
  ['from the north pole itself', at(90, 0), at(89.9, 123), degree / 10],
  ['from the south pole itself', at(-90, 77), at(-89.9, -123), degree / 10],
  ['two names of the north pole', at(90, 12), at(90, -100), 0],
  ['along a meridian', at(59.9, 30), at(60.1, 30), degree / 5],
];

const byText = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);
const cellIn = ({ room }: { room: { cell: string | null } }) => room.cell ?? '';

describe.each(storeDrivers)('$driver: rooms', ({ newSite }) => {
  test('are created if none is near, and found again', async () => {
    await using site = await newSite();
    const store = await site.open(() => now.getTime());
    const first = await join(store, at(48.2082, 16.3738));
    expect(first).toStrictEqual({
      isNew: true,
      room: {
        id: expect.stringMatching(/^[0-9a-f]{24}$/),
        name: 'Around here',
        title: null,
        topic: null,
        createdBy: 'ana',
        cell: cellOf(at(48.2082, 16.3738)),
        createdAt: now,
        lastMessageAt: null,
      },
    });
    const other = await site.open();
    expect(await join(other, at(48.21, 16.38))).toStrictEqual({ isNew: false, room: first.room });
    expect(await other.room(first.room.id)).toStrictEqual(first.room);
    expect(await join(other, at(48.3, 16.5))).toMatchObject({ isNew: true });
    expect(await other.room('nowhere')).toBeNull();
  });

  test.each(pairs)('have the right distance: %s', async (_, here, there, metres) => {
    await using site = await newSite();
    const store = await site.open();
    const room = await make(store, there);
    const [found] = await store.roomsNear(cellOf(here), 50_000, 5);
    expect(found?.room).toStrictEqual(room);
    const distance = metresBetween(here, there);
    expect(found?.distance).toBe(distance);
    expect(Math.abs(distance - metres)).toBeLessThanOrEqual(2 * cellRadius);
    expect(await join(store, here, distance + 0.001)).toMatchObject({ isNew: false, room: { id: room.id } });
    if (distance === 0) return;
    expect(await store.roomsNear(cellOf(here), distance - 0.001, 5)).toEqual([]);
    expect(await join(store, here, distance - 0.001)).toMatchObject({ isNew: true });
  });

  test('within a radius include a room on its edge, to the millimetre', async () => {
    await using site = await newSite();
    const store = await site.open();
    const here = at(52.5, 13.4);
    const there = at(52.52, 13.42);
    await make(store, there);
    const metres = metresBetween(here, there);
    expect(metres).toBeGreaterThan(0);
    expect(await store.roomsNear(cellOf(here), metres, 5)).toHaveLength(1);
    expect(await store.roomsNear(cellOf(here), metres - 0.001, 5)).toHaveLength(0);
  });

  test('of one cell have equal distances, and are near every point of the cell with any radius', async () => {
    await using site = await newSite();
    const store = await site.open();
    const here = at(48.3719264, 16.8423951);
    const room = await make(store, here);
    const around = upTo(40).map((step) => at(here.latitude + (step - 20) / 4_000, here.longitude + (step % 7) / 3_000));
    const inCell = around.filter((place) => cellOf(place) === cellOf(here));
    expect(inCell.length).toBeGreaterThan(5);
    for (const place of inCell) {
      expect(await store.roomsNear(cellOf(place), 0.001, 5)).toStrictEqual([{ room, distance: 0 }]);
      expect(await join(store, place, 0.001)).toMatchObject({ isNew: false });
    }
  });

  test('are never within a radius of 0 or less', async () => {
    await using site = await newSite();
    const store = await site.open();
    for (const radius of [0, 0, -1, Number.NaN]) expect((await join(store, at(1, 1), radius)).isNew).toBe(true);
    expect(await store.roomsNear(cellOf(at(1, 1)), 0, 5)).toEqual([]);
    expect(await store.roomsNear(cellOf(at(1, 1)), 1, 5)).toHaveLength(4);
  });

  test('are listed nearest first, up to the limit', async () => {
    await using site = await newSite();
    const store = await site.open();
    const here = at(10, 179.999);
    // Some are beyond the antimeridian.
    for (const step of [5, 2, 9, 1, 7, 3]) await make(store, at(10, step < 4 ? 179.999 : -180 + step / 1_000));
    for (const step of [40, 30]) await make(store, at(10 + step / 100, 179.999));
    const near = await store.roomsNear(cellOf(here), 40_000, 100);
    const distances = near.map(({ distance }) => distance);
    expect(distances).toEqual(ascending(distances));
    expect(near).toHaveLength(7);
    expect(near).toStrictEqual(
      near.map(({ room }) => ({ room, distance: cellDistance(cellOf(here), cellIn({ room })) })),
    );
    expect(await store.roomsNear(cellOf(here), 40_000, 4)).toStrictEqual(near.slice(0, 4));
    expect((await join(store, here)).room).toStrictEqual(near[0]?.room);
  });

  test('of one cell are ordered: those with messages, then those idle longest, then by id', async () => {
    await using site = await newSite();
    let minute = 0;
    const store = await site.open(() => now.getTime() + minute * 60_000);
    const made: string[] = [];
    for (minute = 0; minute < 4; minute += 1) made.push((await make(store, at(5, 5))).id);
    const [first, second, third, fourth] = made;
    if (third === undefined || fourth === undefined) throw new Error('none were made');
    await send(store, fourth);
    await send(store, third);
    const listed = async () => (await store.roomsNear(cellOf(at(5, 5)), 100, 10)).map(({ room }) => room.id);
    await eventually(async () => (await listed())[1] === [third, fourth].sort()[1]);
    expect(await listed()).toEqual([...[third, fourth].sort(), first, second]);
    expect((await store.roomsNear(cellOf(at(5, 5)), 100, 3)).map(({ room }) => room.id)).toEqual(
      (await listed()).slice(0, 3),
    );
  });

  test('of equal distance are ordered by id, regardless of their number', async () => {
    await using site = await newSite();
    const store = await site.open(() => now.getTime());
    const ids: string[] = [];
    for (let count = 0; count < 40; count += 1) ids.push((await make(store, at(5, 5))).id);
    await make(store, at(5.05, 5));
    ids.sort();
    const found = await store.roomsNear(cellOf(at(5, 5.001)), 5_000, 7);
    expect(found.map(({ room }) => room.id)).toEqual(ids.slice(0, 7));
    expect((await join(store, at(5, 5))).room.id).toBe(ids[0]);
  });

  test('within a radius are those that an exhaustive search finds, anywhere on earth', async () => {
    await using site = await newSite();
    const store = await site.open(() => now.getTime());
    const near = (edge: number, spread: number) =>
      fc.double({ min: Math.max(-180, edge - spread), max: Math.min(180, edge + spread), noNaN: true });
    // Many points are at the poles and the antimeridian, where coordinates wrap.
    const latitude = fc
      .oneof(near(90, 0.3), near(-90, 0.3), near(0, 0.3))
      .map((one) => Math.max(-90, Math.min(90, one)));
    const longitude = fc.oneof(near(180, 0.3), near(-180, 0.3), near(0, 0.3));
    // Databases don't store the sign of zero.
    const place = fc.record({ latitude: latitude.map((one) => one + 0), longitude: longitude.map((one) => one + 0) });
    const places = fc.sample(place, { numRuns: 80, seed: 7 });
    const rooms = await Promise.all(places.map((one) => make(store, one)));
    await fc.assert(
      fc.asyncProperty(place, fc.double({ min: 1, max: 50_000, noNaN: true }), async (here, radius) => {
        const expected = rooms
          .map((room) => ({ room, distance: cellDistance(cellOf(here), cellIn({ room })) }))
          .filter(({ distance }) => distance <= radius)
          .sort((a, b) => a.distance - b.distance || byText(cellIn(a), cellIn(b)) || byText(a.room.id, b.room.id));
        expect(await store.roomsNear(cellOf(here), radius, 100)).toStrictEqual(expected);
      }),
      { numRuns: fc.readConfigureGlobal().numRuns ?? 60 },
    );
  });

  test('have unpredictable ids', async () => {
    await using site = await newSite();
    const store = await site.open();
    const ids = await Promise.all(upTo(20).map(async (step) => (await make(store, at(step, 0))).id));
    for (const part of [0, 8, 16]) expect(new Set(ids.map((id) => id.slice(part, part + 8))).size).toBe(20);
  });

  test('have the time of the last message', async () => {
    await using site = await newSite();
    const store = await site.open();
    const { room } = await join(store, at(1, 2));
    await store.namedRoom({ roomId: 'plaza', name: 'Plaza', cell: null, createdBy: 'ana' });
    for (const roomId of [room.id, 'plaza']) {
      await send(store, roomId);
      const last: Message = await send(store, roomId);
      await store.change({ roomId, messageId: last.id }, { type: 'edit', content: 'later' });
      await eventually(async () => (await store.room(roomId))?.lastMessageAt?.getTime() === last.timestamp.getTime());
    }
    await store.close();
    const reopened = await site.open();
    expect((await reopened.room(room.id))?.lastMessageAt).toBeInstanceOf(Date);
  });
});
