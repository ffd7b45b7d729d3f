import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createLogger, openStore } from '@earshot/server';
import type { Location } from '@earshot/shared';
import { describe, expect, test, vi } from 'vitest';
import { cellOf, toCellCentre } from '../../../packages/server/src/cells.ts';
import { joinLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { north, somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { type Api, stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const here = { latitude: 1, longitude: 2 };

/** Creates a room at each location. */
async function createRooms(api: Api, locations: readonly Location[]): Promise<string[]> {
  const ids: string[] = [];
  for (const location of locations) {
    ids.push((await api.rooms.join.mutate({ location, searchRadius: 0 })).room.id);
  }
  return ids;
}

type Search = Parameters<Api['rooms']['nearbyPage']['query']>[0];

/** The ids on each page. Page after page is requested from the next of the clients. */
async function allPages(apis: readonly Api[], search: Search): Promise<string[][]> {
  const pages: string[][] = [];
  for (let cursor: string | undefined; ; ) {
    const api = apis[pages.length % apis.length];
    if (!api) throw new Error('no client');
    const { rooms, nextCursor } = await api.rooms.nearbyPage.query({ ...search, cursor });
    pages.push(rooms.map(({ id }) => id));
    if (nextCursor === null) return pages;
    cursor = nextCursor;
  }
}

describe.each(deployments)('rooms.nearbyPage, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'returns all rooms in pages, nearest first, whatever instance answers ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada' });
        using unidentified = connect(earshot.b.url, {});
        const location = somewhere();
        const places = [0, 2_000, 4_000, 6_000, 8_000, 20_000].map((metres) => north(location, metres));
        const ids = await createRooms(ada.api, places);
        const apis = [ada.api, unidentified.api];
        expect(await allPages(apis, { location, radius: 50_000, limit: 4 })).toEqual([ids.slice(0, 4), ids.slice(4)]);
        expect(await allPages(apis, { location, radius: 50_000, limit: 3 })).toEqual([ids.slice(0, 3), ids.slice(3)]);
        expect(await allPages(apis, { location, radius: 10_000, limit: 2 })).toEqual([
          ids.slice(0, 2),
          ids.slice(2, 4),
          ids.slice(4, 5),
        ]);
        expect(await allPages(apis, { location: north(location, -40_000), radius: 30_000 })).toEqual([[]]);
      },
    );

    test('continues the search of the first page when the caller has moved', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const location = toCellCentre(somewhere());
      const ids = await createRooms(ada.api, [location, north(location, 2_000), north(location, -3_500)]);
      const first = await ada.api.rooms.nearbyPage.query({ location, limit: 1 });
      const cursor = first.nextCursor ?? '';
      const moved = await ada.api.rooms.nearbyPage.query({ location: north(location, 9_000), cursor });
      expect([...first.rooms, ...moved.rooms].map(({ id }) => id)).toEqual(ids);
      expect(moved.rooms.at(-1)).toMatchObject({ distance: 5_000 });
    });

    test('pages do not depend on who is present, and show it', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const location = somewhere();
      const ids = await createRooms(ada.api, [location, location, location, location]);
      const sorted = ids.toSorted();
      using watch = ada.watch(sorted[2] ?? '');
      await watch.until(() => true);
      expect((await allPages([ada.api], { location, limit: 2 })).flat()).toEqual(sorted);
      await expect
        .poll(async () => (await ada.api.rooms.nearbyPage.query({ location })).rooms.map(({ userCount }) => userCount))
        .toEqual([0, 0, 1, 0]);
    });

    test('continues after a room of a legacy client', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const name = someLocationId();
      const [latitude = 0, longitude = 0] = name.split('_').map(Number);
      using _eve = await joinLegacy(earshot.b.url, name, 'Eve');
      const ids = await createRooms(ada.api, [
        { latitude, longitude },
        { latitude, longitude },
      ]);
      const pages = await allPages([ada.api], { location: { latitude, longitude }, limit: 1 });
      expect(pages.flat().toSorted()).toEqual([...ids, name].toSorted());
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.nearbyPage', {
      input: { location: here },
      callers: {
        'a client without an identity': 'allowed',
        'a user outside the room': 'allowed',
      },
    });
  });
});

describe('rooms.nearbyPage does, embedded', () => {
  test('callers in one cell who request the same page at the same time share one read', async () => {
    await using folder = await mkdtempDisposable(`${tmpdir()}/earshot-nearby-`);
    const store = await openStore({ kind: 'sqlite', dataDir: folder.path }, createLogger('silent'));
    const reads = vi.fn(store.roomsNearPage);
    await using earshot = await startServer({ drivers: { store: { ...store, roomsNearPage: reads } } });
    const location = toCellCentre(somewhere());
    using ada = stockClient(earshot.url, { username: 'Ada' });
    await createRooms(ada.api, [location, location]);
    const { nextCursor } = await ada.api.rooms.nearbyPage.query({ location, limit: 1 });
    reads.mockClear();
    const pages = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        ada.api.rooms.nearbyPage.query({ location: north(location, n), limit: 1, cursor: nextCursor ?? '' }),
      ),
    );
    expect(new Set(pages.map((page) => JSON.stringify(page))).size).toBe(1);
    // One per second if they take longer.
    expect(reads.mock.calls.length).toBeLessThanOrEqual(2);
  });
});

describe('rooms.nearbyPage refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);
  const cell = cellOf(here);
  const cursor = (origin: string, last: string, id: string) => ({ location: here, cursor: `${origin}.${last}.${id}` });

  testRefusals(earshot, 'rooms.nearbyPage', [
    [{ location: here, radius: 50_001 }, 'INVALID_INPUT', 'radius'],
    [{ location: here, limit: 101 }, 'INVALID_INPUT', 'limit'],
    [{ location: here, cursor: '' }, 'INVALID_INPUT', 'cursor'],
    [{ location: here, cursor: 'x'.repeat(5_000) }, 'INVALID_INPUT', 'cursor'],
    [cursor(cell, cell, 'short'), 'INVALID_INPUT', 'cursor'],
    [cursor(cell, cell, `~${'x'.repeat(701)}~`), 'INVALID_INPUT', 'cursor'],
    [cursor('fffffffffffffff', cell, '~eA~'), 'INVALID_INPUT', 'cursor'],
    [cursor(cell, '852a1073fffffff', '~eA~'), 'INVALID_INPUT', 'cursor'], // a cell of another size
  ]);

  testCallRate('rooms.nearbyPage', { location: here });
  testStoreUnavailable('rooms.nearbyPage', { location: here });
});
