import { createLogger, createPresence } from '@earshot/server';
import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const injection = { $gt: '' };

describe.each(deployments)('presence.list, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('returns each present user once, ordered by id ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const list = () => ada.api.presence.list.query({ roomId: room.id });
      expect(await list()).toEqual([]);
      const users = [
        { userId: 'bob', username: 'Bob' },
        { userId: 'ada', username: 'Ada' },
        { userId: 'bob', username: 'Bob' },
      ];
      await using stack = new AsyncDisposableStack();
      for (const [n, user] of users.entries()) {
        const client = stack.use(stockClient(n % 2 ? earshot.a.url : earshot.b.url, user));
        await client.api.rooms.join.mutate({ roomId: room.id });
        await stack.use(client.watch(room.id)).until(({ event }) => event.type === 'snapshot');
      }
      expect(await list()).toEqual([
        { userId: 'ada', username: 'Ada' },
        { userId: 'bob', username: 'Bob' },
      ]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'presence.list', {
      input: { roomId: 'ROOM' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'presence.list', [[{ roomId: newId() }, 'ROOM_NOT_FOUND']]);
  });
});

describe('presence.list refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'presence.list', [[{ roomId: injection }, 'INVALID_INPUT', 'roomId']]);

  testCallRate('presence.list', { roomId: newId() });
  testStoreUnavailable('presence.list', { roomId: newId() });

  test.each(transports)('BROKER_UNAVAILABLE: presence is closed ($transport)', async ({ connect }) => {
    const presence = await createPresence({ kind: 'local' }, createLogger('silent'));
    await using server = await startEmbedded({ drivers: { presence } });
    using ada = connect(server.a.url, { username: 'Ada' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    await presence.close();
    await expect(ada.api.presence.list.query({ roomId: room.id })).rejects.toMatchObject({
      data: { errorCode: 'BROKER_UNAVAILABLE', httpStatus: 503, retry: 'later' },
    });
  });
});
