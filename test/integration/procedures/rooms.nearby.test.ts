import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createLogger, openStore } from '@earshot/server';
import type { NearbyRoom } from '@earshot/shared';
import { describe, expect, test, vi } from 'vitest';
import { toCellCentre } from '../../../packages/server/src/cells.ts';
import { joinLegacy } from '../../resources/legacyClient.ts';
import { north, somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { openRaw } from '../../resources/rawSocket.ts';
import { clusterSettings, deployments, startEmbedded, startPair, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { type Api, stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const here = { latitude: 1, longitude: 2 };

async function openMongo({ MONGODB_URI: uri = '', MONGODB_DB: database = '' }: Record<string, string>) {
  const store = await openStore({ kind: 'mongodb', uri, database }, createLogger('silent'));
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() });
}

describe.each(deployments)('rooms.nearby, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test('rooms with users come first and are joined, even beside many empty ones', async () => {
      const here = toCellCentre(somewhere());
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: here });
      using watch = ada.watch(room.id);
      await watch.until(({ event }) => event.type === 'snapshot');
      for (let i = 0; i < 20; i += 1) {
        const place = north(here, i);
        using eve = await joinLegacy(earshot.b.url, `${place.latitude}_${place.longitude}`, 'Eve');
        eve.ws.close();
        await eve.closed;
      }
      // Another room with users is a kilometre away, in a farther band.
      using bob = stockClient(earshot.a.url, { username: 'Bob' });
      const far = await bob.api.rooms.join.mutate({ location: north(here, 2_500), searchRadius: 0 });
      using alsoThere = bob.watch(far.room.id);
      await alsoThere.until(({ event }) => event.type === 'snapshot');

      for (const { url } of [earshot.a, earshot.b]) {
        await vi.waitFor(async () => {
          using unidentified = stockClient(url, {});
          const near = await unidentified.api.rooms.nearby.query({ location: here, radius: 5_000, limit: 100 });
          expect(near).toHaveLength(22);
          expect([near[0], near.at(-1)]).toMatchObject([
            { id: room.id, userCount: 1, distance: 100 },
            { id: far.room.id, userCount: 1 },
          ]);
        });
        for (let i = 0; i < 10; i += 1) {
          using newcomer = stockClient(url, { username: `Newcomer ${i}` });
          const joined = await newcomer.api.rooms.join.mutate({ location: north(here, 10 * i) });
          expect(joined).toMatchObject({ isNew: false, room: { id: room.id } });
        }
      }
    });

    test.each(transports)(
      'returns the rooms within the radius, nearest first, up to the limit ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada' });
        const here = somewhere();
        const ids = [];
        for (const metres of [0, 2_000, 20_000]) {
          const { room } = await ada.api.rooms.join.mutate({ location: north(here, metres), searchRadius: 0 });
          ids.push(room.id);
        }
        const nearby = async (search: { radius?: number; limit?: number }) => {
          const rooms = await ada.api.rooms.nearby.query({ location: here, ...search });
          return rooms.map(({ id }) => id);
        };
        expect(await nearby({ radius: 50_000 })).toEqual(ids);
        expect(await nearby({})).toEqual(ids.slice(0, 2));
        expect(await nearby({ radius: 50_000, limit: 1 })).toEqual(ids.slice(0, 1));
      },
    );
  });

  describe('does, with previews', () => {
    test.each(transports)('shows the newest message of each room, as it is now ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      using bob = connect(earshot.b.url, { username: 'Bob' });
      using unidentified = connect(earshot.b.url, {});
      const location = toCellCentre(somewhere());
      const { room } = await ada.api.rooms.join.mutate({ location });
      const { room: silent } = await ada.api.rooms.join.mutate({ location: north(location, 2_500), searchRadius: 0 });
      const say = (content: string) => ada.api.messages.send.mutate({ roomId: room.id, content });
      const previews = async (api: Api = bob.api) =>
        (await api.rooms.nearby.query({ location })).map(({ preview }) => preview);
      const shows = (content: string) =>
        expect
          .poll(() => previews(), { timeout: 2_000 })
          .toEqual([{ userId: expect.any(String), username: 'Ada', content }, null]);
      expect(await previews()).toEqual([null, null]);
      await say('first');
      const { id: messageId } = await say(`second ${'😀'.repeat(300)}`);
      await shows(`second ${'😀'.repeat(153)}…`);
      expect(await previews(unidentified.api)).toEqual([null, null]);
      const pages = await bob.api.rooms.nearbyPage.query({ location });
      expect(pages.rooms.map(({ preview }) => preview?.username ?? null)).toEqual(['Ada', null]);
      const unidentifiedPage = await unidentified.api.rooms.nearbyPage.query({ location });
      expect(unidentifiedPage.rooms.map(({ preview }) => preview)).toEqual([null, null]);
      const owners = (rooms: readonly NearbyRoom[]) => rooms.map(({ ownerId }) => ownerId);
      expect(owners(pages.rooms)).toEqual(['ada', 'ada']);
      expect(owners(unidentifiedPage.rooms)).toEqual([null, null]);
      expect(owners(await unidentified.api.rooms.nearby.query({ location }))).toEqual([null, null]);
      await ada.api.messages.edit.mutate({ roomId: room.id, messageId, content: 'edited' });
      await shows('edited');
      await ada.api.messages.delete.mutate({ roomId: room.id, messageId });
      await expect.poll(() => previews(), { timeout: 2_000 }).toEqual([null, null]);
      const [known] = await bob.api.rooms.nearby.query({ location });
      expect(known).toMatchObject({ id: room.id, lastMessageAt: expect.any(Date) });
      expect(silent.lastMessageAt).toBeNull();
    });

    test('lists lively rooms first: the most users, then the latest message, then the nearest', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      const location = toCellCentre(somewhere());
      const ids: string[] = [];
      for (const metres of [0, 3_000, 6_000, 9_000, 12_000]) {
        const { room } = await ada.api.rooms.join.mutate({ location: north(location, metres), searchRadius: 0 });
        ids.push(room.id);
      }
      const [nearest = '', second = '', third = '', crowd = '', early = ''] = ids;
      await bob.api.rooms.join.mutate({ roomId: crowd });
      using watches = ada.watch(crowd);
      using watchesToo = bob.watch(crowd);
      await Promise.all([watches.until(() => true), watchesToo.until(() => true)]);
      await ada.api.messages.send.mutate({ roomId: early, content: 'early' });
      await ada.api.messages.send.mutate({ roomId: third, content: 'late' });
      const found = async (search: { order?: 'lively' | 'near'; limit?: number }) => {
        const rooms = await bob.api.rooms.nearby.query({ location, radius: 20_000, ...search });
        return rooms.map(({ id }) => id);
      };
      // MongoDB notes the last time of a room after its messages.
      await expect
        .poll(() => found({ order: 'lively' }), { timeout: 10_000 })
        .toEqual([crowd, third, early, nearest, second]);
      expect(await found({ order: 'lively', limit: 2 })).toEqual([crowd, third]);
      expect(await found({ order: 'near' })).toEqual([nearest, second, crowd, third, early]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.nearby', {
      input: { location: here },
      callers: {
        'a client without an identity': 'allowed',
        'a user outside the room': 'allowed',
      },
    });
  });
});

describe('rooms.nearby does, embedded', () => {
  test('420 unauthenticated calls in a frame from one cell are one search', async () => {
    await using folder = await mkdtempDisposable(`${tmpdir()}/earshot-nearby-`);
    const store = await openStore({ kind: 'sqlite', dataDir: folder.path }, createLogger('silent'));
    const searches = vi.fn(store.roomsNear);
    await using earshot = await startServer({ drivers: { store: { ...store, roomsNear: searches } } });
    const here = toCellCentre(somewhere());
    using ada = stockClient(earshot.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: here });
    using unidentified = await openRaw(earshot.url);
    searches.mockClear();
    const call = (id: number) => ({
      id,
      method: 'query',
      params: { path: 'rooms.nearby', input: { json: { location: north(here, id % 100) } } },
    });
    unidentified.send(Array.from({ length: 420 }, (_, id) => call(id)));
    const answers = await unidentified.frames.untilAll((all) => all.flat().length >= 420);
    const text = JSON.stringify(answers);
    expect(text.split(`"id":"${room.id}"`)).toHaveLength(421);
    // One per second if they take longer.
    expect(searches.mock.calls.length).toBeLessThanOrEqual(3);
  });

  test('changes of titles cause no more searches', async () => {
    await using folder = await mkdtempDisposable(`${tmpdir()}/earshot-nearby-`);
    const store = await openStore({ kind: 'sqlite', dataDir: folder.path }, createLogger('silent'));
    const searches = vi.fn(store.roomsNear);
    await using earshot = await startServer({ drivers: { store: { ...store, roomsNear: searches } } });
    using ada = stockClient(earshot.url, { username: 'Ada' });
    const location = somewhere();
    const { room } = await ada.api.rooms.join.mutate({ location });
    searches.mockClear();
    const startedAt = performance.now();
    for (let n = 1; n <= 15; n += 1) {
      await ada.api.rooms.describe.mutate({ roomId: room.id, title: `Club ${n}` });
      await ada.api.rooms.nearby.query({ location });
    }
    expect(searches.mock.calls.length).toBeLessThanOrEqual(1 + Math.ceil((performance.now() - startedAt) / 1_000));
    const name = async () => (await ada.api.rooms.nearby.query({ location }))[0]?.name;
    await expect.poll(name, { timeout: 2_000 }).toBe('Club 15');
  });

  test('a new room is in the next answer, and joined by the next user', async () => {
    await using folder = await mkdtempDisposable(`${tmpdir()}/earshot-nearby-`);
    await using earshot = await startServer({ env: { DATA_DIR: folder.path } });
    using ada = stockClient(earshot.url, { username: 'Ada' });
    const location = somewhere();
    expect(await ada.api.rooms.nearby.query({ location })).toEqual([]);
    const { room } = await ada.api.rooms.join.mutate({ location });
    expect(await ada.api.rooms.nearby.query({ location })).toMatchObject([{ id: room.id }]);
    expect(await ada.api.rooms.join.mutate({ location })).toMatchObject({ isNew: false, room: { id: room.id } });
  });
});

describe('rooms.nearby does, on two instances on MongoDB and Redis', () => {
  test('a room that is created or removed on one instance shows on both within two seconds', async () => {
    const env = clusterSettings();
    await using pair = await startPair({ env });
    await using store = await openMongo(env);
    const location = somewhere();
    using ada = stockClient(pair.a.url, { username: 'Ada' });
    using unidentifiedA = stockClient(pair.a.url, {});
    using unidentifiedB = stockClient(pair.b.url, {});
    // Queries run all the time, so that answers are cached when something changes.
    const found = async () => {
      const answers = await Promise.all(
        [unidentifiedA, unidentifiedB].map(({ api }) => api.rooms.nearby.query({ location })),
      );
      return answers.map((rooms) => rooms.map(({ id }) => id));
    };
    const shows = (ids: readonly string[]) => expect.poll(found, { timeout: 2_000, interval: 25 }).toEqual([ids, ids]);
    await shows([]);
    const { room } = await ada.api.rooms.join.mutate({ location });
    await shows([room.id]);
    const other = await ada.api.rooms.join.mutate({ location: north(location, 2_500), searchRadius: 0 });
    await shows([room.id, other.room.id]);
    const later = new Date(Date.now() + 60_000);
    await store.endMemberships([room.id], { idleBefore: later, inactiveBefore: null });
    expect(await store.removeRooms([room.id], later)).toEqual([room.id]);
    await shows([other.room.id]);
  });
});

describe('rooms.nearby refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'rooms.nearby', [
    [{ location: here, radius: 50_001 }, 'INVALID_INPUT', 'radius'],
    [{ location: here, limit: 101 }, 'INVALID_INPUT', 'limit'],
    [{ location: here, limit: 1.5 }, 'INVALID_INPUT', 'limit'],
    [{ location: here, order: 'loud' }, 'INVALID_INPUT', 'order'],
  ]);

  testCallRate('rooms.nearby', { location: here });
  testStoreUnavailable('rooms.nearby', { location: here });
});
