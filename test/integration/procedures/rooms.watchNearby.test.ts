import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createLogger, openStore } from '@earshot/server';
import type { ErrorCode, NearbyList } from '@earshot/shared';
import { describe, expect, test, vi } from 'vitest';
import { toCellCentre } from '../../../packages/server/src/cells.ts';
import { watchNearby } from '../../resources/nearbyLists.ts';
import { north, somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { openRaw } from '../../resources/rawSocket.ts';
import { deployments, startEmbedded, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const here = { latitude: 1, longitude: 2 };
const refused = (errorCode: ErrorCode) => ({ data: { errorCode } });
/** Milliseconds until a change shows: a list is refreshed every two seconds, from an answer that is at most a second old. */
const soon = 3_500;
const idsOf = ({ rooms }: NearbyList) => rooms.map(({ id }) => id);

describe.each(deployments)('rooms.watchNearby, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'yields the rooms around, and again when one is created, has a message or is entered on any instance ($transport)',
      async ({ connect }) => {
        using ada = stockClient(earshot.a.url, { username: 'Ada' });
        using walker = connect(earshot.b.url, { username: 'Walker' });
        using unidentified = connect(earshot.b.url, {});
        const location = toCellCentre(somewhere());
        using watch = watchNearby(walker.api, { location });
        using withoutIdentity = watchNearby(unidentified.api, { location });
        await watch.until(({ rooms }) => rooms.length === 0);

        const { room } = await ada.api.rooms.join.mutate({ location });
        await watch.until((list) => idsOf(list).join() === room.id, soon);
        await ada.api.messages.send.mutate({ roomId: room.id, content: 'anybody here?' });
        const { rooms } = await watch.until((list) => list.rooms[0]?.preview?.content === 'anybody here?', soon);
        expect(rooms).toMatchObject([{ id: room.id, lastMessageAt: expect.any(Date), preview: { username: 'Ada' } }]);
        using present = ada.watch(room.id);
        await present.until(() => true);
        await watch.until((list) => list.rooms[0]?.userCount === 1, soon);
        await withoutIdentity.until((list) => list.rooms[0]?.userCount === 1, soon);
        expect(JSON.stringify(withoutIdentity.all)).not.toContain('anybody here?');
        expect(rooms[0]?.ownerId).toBe(room.ownerId);
        expect(withoutIdentity.all.at(-1)?.rooms[0]?.ownerId).toBeNull();

        watch.stop();
        await watch.untilEnd();
        expect(watch.error).toBeUndefined();
      },
    );

    test('lists are in the requested order and limited', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      const location = toCellCentre(somewhere());
      const { room: near } = await ada.api.rooms.join.mutate({ location });
      const { room: far } = await ada.api.rooms.join.mutate({ location: north(location, 3_000), searchRadius: 0 });
      using present = ada.watch(far.id);
      await present.until(() => true);
      using byDistance = watchNearby(ada.api, { location });
      using lively = watchNearby(ada.api, { location, order: 'lively', limit: 1 });
      await byDistance.until((list) => idsOf(list).join() === [near.id, far.id].join(), soon);
      await lively.until((list) => idsOf(list).join() === far.id, soon);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.watchNearby', {
      input: { location: here },
      callers: {
        'a client without an identity': 'allowed',
        'a user outside the room': 'allowed',
      },
    });
  });
});

describe('rooms.watchNearby does, embedded', () => {
  test('watchers in one cell share the searches, which end with the last socket', async () => {
    await using folder = await mkdtempDisposable(`${tmpdir()}/earshot-nearby-`);
    const store = await openStore({ kind: 'sqlite', dataDir: folder.path }, createLogger('silent'));
    const searches = vi.fn(store.roomsNear);
    await using earshot = await startServer({ drivers: { store: { ...store, roomsNear: searches } } });
    const location = toCellCentre(somewhere());
    using ada = stockClient(earshot.url, { username: 'Ada' });
    const clients = Array.from({ length: 30 }, (_, n) => stockClient(earshot.url, { username: `Walker ${n}` }));
    const watches = clients.map(({ api }, n) => watchNearby(api, { location: north(location, n) }));
    await Promise.all(watches.map((watch) => watch.until(() => true)));
    const { room } = await ada.api.rooms.join.mutate({ location });
    await Promise.all(watches.map((watch) => watch.until((list) => idsOf(list).includes(room.id), soon)));
    expect(searches.mock.calls.length).toBeLessThan(10);
    await Promise.all(clients.map((client) => client.close()));
    // Longer than the time between two refreshes: the last one may be running while the sockets close.
    const searchedSince = () => searches.mock.calls.splice(0).length;
    await expect.poll(searchedSince, { interval: 2_500, timeout: 10_000 }).toBe(0);
  });
});

describe('rooms.watchNearby refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'rooms.watchNearby', [
    [{ location: { latitude: 91, longitude: 2 } }, 'INVALID_INPUT', 'latitude'],
    [{ location: here, radius: 50_001 }, 'INVALID_INPUT', 'radius'],
    [{ location: here, limit: 101 }, 'INVALID_INPUT', 'limit'],
    [{ location: here, order: 'loud' }, 'INVALID_INPUT', 'order'],
  ]);

  testCallRate('rooms.watchNearby', { location: here });
  testStoreUnavailable('rooms.watchNearby', { location: here });

  test('one socket can watch four lists, which count among its watches', async () => {
    await using limited = await startEmbedded({ env: { WATCHES_PER_SOCKET: '3' } });
    for (const [server, max] of [
      [earshot, 4],
      [limited, 3],
    ] as const) {
      using ada = stockClient(server.a.url, { username: 'Ada' });
      const watches = Array.from({ length: max }, () => watchNearby(ada.api, { location: here }));
      await Promise.all(watches.map((watch) => watch.until(() => true)));
      expect(await watchNearby(ada.api, { location: here }).untilEnd()).toMatchObject(refused('TOO_MANY_WATCHES'));
      watches[0]?.stop();
      await expect
        .poll(async () => {
          using again = watchNearby(ada.api, { location: here });
          return await Promise.race([again.until(() => true).then(() => 'list'), again.untilEnd()]);
        })
        .toBe('list');
    }
  });

  test('thousands of subscriptions from one address, on many sockets, watch few lists', async () => {
    const env = { USERS_PER_ADDRESS: '1', SOCKETS_PER_ADDRESS: '0', CALL_RATE: '0', SEND_RATE: '0' };
    await using limited = await startEmbedded({ env });
    const call = (id: number) => ({
      id,
      method: 'subscription',
      params: { path: 'rooms.watchNearby', input: { json: { location: here, radius: 1_000 + id } } },
    });
    let [lists, refusals] = [0, 0];
    await using stack = new AsyncDisposableStack();
    for (let socket = 0; socket < 10; socket += 1) {
      const attacker = stack.use(await openRaw(limited.a.url));
      attacker.send(Array.from({ length: 400 }, (_, n) => call(400 * socket + n)));
      const isAnswer = (frame: unknown) => /"error"|"rooms"/.test(JSON.stringify(frame));
      let [checked, answers] = [0, 0];
      const frames = await attacker.frames.untilAll((all) => {
        for (; checked < all.length; checked += 1) if (isAnswer(all[checked])) answers += 1;
        return answers >= 400;
      });
      lists += frames.filter((frame) => JSON.stringify(frame).includes('"rooms":')).length;
      refusals += frames.filter((frame) => /RATE_LIMITED|TOO_MANY_WATCHES/.test(JSON.stringify(frame))).length;
    }
    expect(lists).toBe(2);
    expect(refusals).toBe(3_998);
  });
});
