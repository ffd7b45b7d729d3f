import type { ErrorCode } from '@earshot/shared';
import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { north, somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const refused = (errorCode: ErrorCode) => ({ data: { errorCode } });
const fulfilled = (results: PromiseSettledResult<unknown>[]) => results.filter(({ status }) => status === 'fulfilled');
const here = { latitude: 1, longitude: 2 };
const injection = { $gt: '' };
const long = (n: number) => 'x'.repeat(n);

describe.each(deployments)('rooms.join, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test('800 m apart share a room, 48 km apart do not', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      const here = somewhere();
      const first = await ada.api.rooms.join.mutate({ location: here });
      const near = await bob.api.rooms.join.mutate({ location: north(here, 800) });
      const far = await bob.api.rooms.join.mutate({ location: north(here, 48_000) });
      expect(first).toMatchObject({ isNew: true, userCount: 0 });
      expect(near).toMatchObject({ isNew: false, room: { id: first.room.id } });
      expect(far.isNew).toBe(true);
      const around = await ada.api.rooms.nearby.query({ location: here, radius: 50_000 });
      expect(around.map(({ id }) => id)).toEqual([first.room.id, far.room.id]);
      expect(around[0]?.distance).toBeLessThanOrEqual(1_000); // to the published location: the centre of the cell
      expect(around[1]?.distance).toBe(50_000);
    });

    test('100 concurrent joins at one location create one room', async () => {
      const here = somewhere();
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      const joins = Array.from({ length: 100 }, (_, i) =>
        (i % 2 ? ada : bob).api.rooms.join.mutate({ location: here }),
      );
      const joined = await Promise.all(joins);
      expect(new Set(joined.map(({ room }) => room.id)).size).toBe(1);
      expect(joined.filter(({ isNew }) => isNew)).toHaveLength(1);
    });

    test.each(transports)('joins a given room, also twice ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      using bob = connect(earshot.b.url, { username: 'Bob' });
      const { room, isNew } = await ada.api.rooms.join.mutate({ location: somewhere() });
      expect(isNew).toBe(true);
      for (let joins = 0; joins < 2; joins += 1) {
        expect(await bob.api.rooms.join.mutate({ roomId: room.id })).toEqual({ room, isNew: false, userCount: 0 });
      }
      await bob.api.messages.send.mutate({ roomId: room.id, content: 'a member' });
    });

    test.each(transports)('creates a room when none is within the radius ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      const location = somewhere();
      const first = await ada.api.rooms.join.mutate({ location });
      const second = await ada.api.rooms.join.mutate({ location, searchRadius: 0 });
      expect([first.isNew, second.isNew]).toEqual([true, true]);
      expect(second.room.id).not.toBe(first.room.id);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.join', {
      input: { roomId: 'ROOM' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'allowed',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'rooms.join', [[{ roomId: newId() }, 'ROOM_NOT_FOUND']]);
  });
});

describe('rooms.join refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'rooms.join', [
    [undefined, 'INVALID_INPUT'],
    [{}, 'INVALID_INPUT'],
    [{ location: null }, 'INVALID_INPUT', 'location'],
    [{ location: { latitude: 1 } }, 'INVALID_INPUT', 'location.longitude'],
    [{ location: { latitude: '1', longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
    [{ location: { latitude: Number.NaN, longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
    [{ location: { latitude: Infinity, longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
    [{ location: { latitude: 90.1, longitude: 2 } }, 'INVALID_INPUT', 'location.latitude'],
    [{ location: { latitude: 1, longitude: -180.1 } }, 'INVALID_INPUT', 'location.longitude'],
    [{ location: here, searchRadius: -1 }, 'INVALID_INPUT', 'searchRadius'],
    [{ location: here, searchRadius: 50_001 }, 'INVALID_INPUT', 'searchRadius'],
    [{ roomId: injection }, 'INVALID_INPUT', 'roomId'],
    [{ roomId: '' }, 'INVALID_INPUT', 'roomId'],
    [{ roomId: long(129) }, 'INVALID_INPUT', 'roomId'],
    [{ roomId: 'a\u0000b' }, 'INVALID_INPUT', 'roomId'],
  ]);

  testCallRate('rooms.join', { roomId: newId() });
  testStoreUnavailable('rooms.join', { roomId: newId() });

  test('the rooms that one user creates are limited, joins of existing rooms are not', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '5' } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const location = somewhere();
    const join = (searchRadius?: number) =>
      ada.api.rooms.join.mutate(searchRadius === undefined ? { location } : { location, searchRadius });
    for (let i = 0; i < 20; i++) expect((await join(0)).isNew).toBe(true);
    await expect(join(0)).rejects.toMatchObject(refused('RATE_LIMITED'));
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    for (let i = 0; i < 30; i++) {
      expect((await bob.api.rooms.join.mutate({ location })).isNew).toBe(false);
    }
  });

  test('joins by location cost the same, whether they find a room, create one or are rejected', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '5', CALL_RATE: '0.001', CALL_BURST: '300' } });
    const here = somewhere();
    const joins = async (username: string, join: (client: ReturnType<typeof stockClient>) => Promise<unknown>) => {
      using client = stockClient(earshot.a.url, { username });
      const results = await Promise.allSettled(Array.from({ length: 40 }, () => join(client)));
      // An exhausted budget applies to existing rooms as well.
      await expect(client.api.rooms.join.mutate({ location: here })).rejects.toMatchObject(refused('RATE_LIMITED'));
      return fulfilled(results).length;
    };
    const find = ({ api }: ReturnType<typeof stockClient>) => api.rooms.join.mutate({ location: here });
    const found = await joins('Bob', find);
    const made = await joins('Eve', ({ api }) => api.rooms.join.mutate({ location: here, searchRadius: 0 }));
    expect(found).toBeGreaterThan(25);
    expect(made).toBe(20);
  });
});
