import { privacyLimits } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { joinLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { upTo } from '../../resources/stores.ts';
import { transports } from '../../resources/transports.ts';

const rooms = (count: number) => upTo(count).map((n) => `room ${n}`);

describe.each(deployments)('me.setVisibility, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('sets all rooms, or exceptions ($transport)', async ({ connect, transport }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: `ada, ${transport}` });
      const set = (to: string[] | 'all', visible: boolean) => ada.api.me.setVisibility.mutate({ rooms: to, visible });
      expect(await set(['a', 'b'], false)).toEqual({ isVisible: true, exceptRooms: ['a', 'b'] });
      expect(await set(['b', 'b', 'c'], false)).toEqual({ isVisible: true, exceptRooms: ['a', 'b', 'c'] });
      expect(await set(['a', 'd'], true)).toEqual({ isVisible: true, exceptRooms: ['b', 'c'] });
      expect(await set('all', false)).toEqual({ isVisible: false, exceptRooms: [] });
      expect(await set(['a'], true)).toEqual({ isVisible: false, exceptRooms: ['a'] });
      expect(await set('all', true)).toEqual({ isVisible: true, exceptRooms: [] });
    });

    test('a hidden user is counted, not named: in lists, joins, leaves and typing, on both wires', async () => {
      const roomId = someLocationId();
      const legacy = await joinLegacy(earshot.b.url, roomId, 'Otto');
      using bob = stockClient(earshot.b.url, { userId: 'bob', username: 'Bob' });
      using ada = stockClient(earshot.a.url, { userId: 'hidden-ada', username: 'Hidden' });
      for (const { api } of [bob, ada]) await api.rooms.join.mutate({ roomId });
      using seen = bob.watch(roomId);
      await seen.until(({ event }) => event.type === 'snapshot');
      await ada.api.me.setVisibility.mutate({ rooms: 'all', visible: false });
      const list = async () => (await bob.api.presence.list.query({ roomId })).map(({ userId }) => userId);
      const isNamed = (value: unknown) => JSON.stringify(value).includes('hidden-ada');

      using own = ada.watch(roomId);
      await own.until(({ event }) => event.type === 'snapshot');
      await seen.until(({ event }) => event.type === 'presence' && event.userCount === 3);
      await ada.api.presence.typing.mutate({ roomId, isTyping: true });
      expect(await list()).toEqual(['bob', 'otto']);
      expect(await ada.api.presence.list.query({ roomId })).toHaveLength(3);
      await bob.api.messages.send.mutate({ roomId, content: 'later' });
      await seen.until(({ event }) => event.type === 'message.created');
      await legacy.until('NewMessage');
      expect([...seen.all, ...legacy.frames.all].filter(isNamed)).toEqual([]);

      // Visible in this room again, and then hidden again, while present.
      await ada.api.me.setVisibility.mutate({ rooms: [roomId], visible: true });
      const ofAda = (type: string) => seen.until(({ event }) => event.type === type && isNamed(event));
      expect((await ofAda('user.joined')).event).toMatchObject({ userCount: 3 });
      expect(await list()).toContain('hidden-ada');
      await ada.api.me.setVisibility.mutate({ rooms: 'all', visible: false });
      expect((await ofAda('user.left')).event).toMatchObject({ userCount: 3 });
      await legacy.until('UserLeft', ({ user_id }) => user_id === 'hidden-ada');
      expect(await list()).toEqual(['bob', 'otto']);
      const before = seen.all.length;
      own.stop();
      await seen.untilAll((all) =>
        all.slice(before).some(({ event }) => 'userCount' in event && event.userCount === 2),
      );
      expect(seen.all.slice(before).filter(isNamed)).toEqual([]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'me.setVisibility', {
      input: { rooms: 'all', visible: true },
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });
});

describe('me.setVisibility refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'me.setVisibility', [
    [{ rooms: [], visible: true }, 'INVALID_INPUT', 'rooms'],
    [{ rooms: 'none', visible: true }, 'INVALID_INPUT', 'rooms'],
    [{ rooms: rooms(privacyLimits.rooms + 1), visible: false }, 'INVALID_INPUT', 'rooms'],
  ]);

  test('INVALID_INPUT: too many exceptions', async () => {
    using ada = stockClient(earshot.a.url, { userId: 'many', username: 'Ada' });
    await ada.api.me.setVisibility.mutate({ rooms: rooms(privacyLimits.rooms), visible: false });
    const more = ada.api.me.setVisibility.mutate({ rooms: ['one more'], visible: false });
    await expect(more).rejects.toMatchObject({ message: 'There can be exceptions for at most 100 rooms.' });
  });

  testCallRate('me.setVisibility', { rooms: 'all', visible: true });
  testStoreUnavailable('me.setVisibility', { rooms: 'all', visible: true });
});
