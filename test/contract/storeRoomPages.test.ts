import { type Location, newId } from '@earshot/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellCentre, cellDistance, cellOf } from '../../packages/server/src/cells.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { storeDrivers, upTo } from '../resources/stores.ts';

type Page = Awaited<ReturnType<Store['roomsNearPage']>>;
interface Search {
  cell: string;
  radius: number;
  limit: number;
}

const here = cellOf({ latitude: 52.52, longitude: 13.405 });

/** A location that many metres from `here`, in a direction in degrees. */
function away(metres: number, direction: number): Location {
  const { latitude, longitude } = cellCentre(here);
  const [north, east] = [Math.cos((direction * Math.PI) / 180), Math.sin((direction * Math.PI) / 180)];
  return { latitude: latitude + (metres * north) / 111_195, longitude: longitude + (metres * east) / 67_660 };
}

/** Creates a room at a location: with an ObjectId, or with a name as its id. */
async function make(store: Store, location: Location, name?: string): Promise<string> {
  const request = { cell: cellOf(location), name: 'Room', createdBy: 'ana' };
  const created =
    name === undefined
      ? store.nearestOrNewRoom({ ...request, radius: 0 })
      : store.namedRoom({ ...request, roomId: name });
  return (await created).room.id;
}

const cellIn = ({ room }: Page[number]) => room.cell ?? '';

/** The page after the last room of another one. */
const pageAfter = (store: Store, search: Search, last: Page[number] | undefined) =>
  store.roomsNearPage({ ...search, after: last && { cell: cellIn(last), roomId: last.room.id } });

/** Reads all pages, and calls `between` after each. Every page but the last is full. */
async function allPages(store: Store, search: Search, between: (page: Page) => Promise<unknown> = async () => {}) {
  const all: Page = [];
  for (;;) {
    const page = await pageAfter(store, search, all.at(-1));
    all.push(...page);
    if (page.length < search.limit) return all;
    await between(page);
  }
}

async function remove(store: Store, roomIds: readonly string[]): Promise<void> {
  const later = new Date(Date.now() + 60_000);
  await store.endMemberships(roomIds, { idleBefore: later, inactiveBefore: null });
  expect(await store.removeRooms(roomIds, later)).toHaveLength(roomIds.length);
}

const idsOf = (page: Page) => page.map(({ room }) => room.id);
const byText = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1);

describe.each(storeDrivers)('$driver: pages of rooms', ({ newSite }) => {
  test('have every room once: nearest first, then by cell', async () => {
    await using site = await newSite();
    const store = await site.open();
    const place = fc.record({ metres: fc.constantFrom(0, 900, 900, 2_500, 8_000, 30_000), turns: fc.nat(11) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(place, { maxLength: 12 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1_000, 8_000, 50_000),
        async (places, limit, radius) => {
          for (const { metres, turns } of places) await make(store, away(metres, 30 * turns));
          const found = await allPages(store, { cell: here, radius, limit });
          const expected = await store.roomsNear(here, radius, 10_000);
          expect(idsOf(found).toSorted()).toEqual(idsOf(expected).toSorted());
          expect(found).toEqual(
            found.toSorted((a, b) => a.distance - b.distance || byText(cellIn(a), cellIn(b))), // stable within a cell
          );
          for (const one of found) expect(one.distance).toBe(cellDistance(here, cellIn(one)));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('have every room once where many share a cell, and ids are ObjectIds and names', async () => {
    await using site = await newSite();
    const store = await site.open();
    const made: string[] = [];
    for (const n of upTo(15)) {
      made.push(await make(store, away(0, 0)), await make(store, away(0, 0), `${n % 2 === 0 ? 'zoo' : 'Ärger'} ${n}`));
      made.push(await make(store, away(2_000, 90)), await make(store, away(4_000, 90 + n)));
    }
    for (const limit of [1, 4, 15, 30, 100]) {
      const found = await allPages(store, { cell: here, radius: 5_000, limit });
      expect(found).toHaveLength(made.length);
      expect(idsOf(found).toSorted()).toEqual(made.toSorted());
      expect(idsOf(found)).toEqual(idsOf(await allPages(store, { cell: here, radius: 5_000, limit: 2 })));
    }
  });

  test('have equally distant cells in the order of their names', async () => {
    await using site = await newSite();
    const store = await site.open();
    for (const ring of [900, 1_600, 2_400]) for (const n of upTo(24)) await make(store, away(ring, 15 * n));
    const found = await allPages(store, { cell: here, radius: 5_000, limit: 1 });
    expect(found).toHaveLength(72);
    expect(found.map((one) => [one.distance, cellIn(one)])).toEqual(
      found
        .map((one) => [one.distance, cellIn(one)] as const)
        .toSorted(([a, one], [b, other]) => a - b || byText(one, other)),
    );
  });

  test('go on after a room that was removed, and after the last room of a cell', async () => {
    await using site = await newSite();
    const store = await site.open();
    const near = [await make(store, away(0, 0)), await make(store, away(0, 0))].toSorted();
    const far = await make(store, away(3_000, 0));
    const search = { cell: here, radius: 5_000, limit: 1 };
    const [first] = await pageAfter(store, search, undefined);
    const [second] = await pageAfter(store, search, first);
    expect([first?.room.id, second?.room.id]).toEqual(near);
    await remove(store, near);
    expect(idsOf(await pageAfter(store, search, first))).toEqual([far]);
    expect(idsOf(await pageAfter(store, search, second))).toEqual([far]);
  });

  test('have no room twice, and none is left out that exists throughout, while others are created and removed', async () => {
    await using site = await newSite();
    const store = await site.open();
    const stay: string[] = [];
    const vanish: string[] = [];
    for (const n of upTo(20)) {
      stay.push(await make(store, away(400 * (n % 5), 36 * n)));
      vanish.push(await make(store, away(400 * (n % 5), 36 * n)));
    }
    let n = 0;
    const found = await allPages(store, { cell: here, radius: 5_000, limit: 3 }, async (page) => {
      n += 1;
      await make(store, away(400 * (n % 5), 36 * n));
      const gone = [idsOf(page).findLast((id) => vanish.includes(id)), vanish.find((id) => !idsOf(page).includes(id))];
      const ids = gone.filter((id) => id !== undefined);
      for (const id of ids) vanish.splice(vanish.indexOf(id), 1);
      await remove(store, ids);
    });
    const ids = idsOf(found);
    expect(new Set(ids).size).toBe(ids.length);
    expect(stay.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('end at the radius, also after a room that is beyond it', async () => {
    await using site = await newSite();
    const store = await site.open();
    const near = await make(store, away(0, 0));
    const far = await make(store, away(10_000, 0));
    const search = { cell: here, radius: 5_000, limit: 5 };
    expect(idsOf(await store.roomsNearPage(search))).toEqual([near]);
    const after = { cell: cellOf(away(10_000, 0)), roomId: '' };
    expect(await store.roomsNearPage({ ...search, after })).toEqual([]);
    expect(idsOf(await store.roomsNearPage({ ...search, radius: 50_000, after }))).toEqual([far]);
    expect(await store.roomsNearPage({ ...search, radius: 0 })).toEqual([]);
  });

  test('continue after any cell and id, whether or not there ever was such a room', async () => {
    await using site = await newSite();
    const store = await site.open();
    await make(store, away(0, 0));
    const antipode = cellOf({ latitude: -52.52, longitude: -166.595 });
    for (const cell of [here, antipode, cellOf(away(100, 200))]) {
      for (const roomId of [newId(), 'a name', '\u0000', '\ud800']) {
        const page = await store.roomsNearPage({ cell: here, radius: 50_000, limit: 5, after: { cell, roomId } });
        expect(page.length).toBeLessThanOrEqual(1);
      }
    }
  });
});
