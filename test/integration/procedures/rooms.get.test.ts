import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { toCellCentre } from '../../../packages/server/src/cells.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const injection = { $gt: '' };

describe.each(deployments)('rooms.get, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'returns the room with its published location and present users ($transport)',
      async ({ connect }) => {
        using ada = connect(earshot.a.url, { username: 'Ada' });
        const location = somewhere();
        const { room } = await ada.api.rooms.join.mutate({ location });
        expect(await ada.api.rooms.get.query({ roomId: room.id })).toEqual(room);
        expect(room).toMatchObject({ place: toCellCentre(location), lastMessageAt: null, userCount: 0 });
        using bob = stockClient(earshot.b.url, { username: 'Bob' });
        await bob.api.rooms.join.mutate({ roomId: room.id });
        using watch = bob.watch(room.id);
        await watch.until(({ event }) => event.type === 'snapshot');
        await expect.poll(() => ada.api.rooms.get.query({ roomId: room.id })).toEqual({ ...room, userCount: 1 });
      },
    );

    test('callers without an identity do not learn who made the room', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada', userId: 'ada' });
      using unidentified = stockClient(earshot.b.url, {});
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      expect(room.ownerId).toBe('ada');
      expect(await unidentified.api.rooms.get.query({ roomId: room.id })).toEqual({ ...room, ownerId: null });
    });

    test.each(transports)('has the time of the last message ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const { timestamp } = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
      // MongoDB updates it after the message.
      await expect
        .poll(() => ada.api.rooms.get.query({ roomId: room.id }))
        .toEqual({ ...room, lastMessageAt: timestamp });
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.get', {
      input: { roomId: 'ROOM' },
      callers: {
        'a client without an identity': 'allowed',
        'a user outside the room': 'allowed',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'rooms.get', [[{ roomId: '__proto__' }, 'ROOM_NOT_FOUND']]);
  });
});

describe('rooms.get refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'rooms.get', [
    [{ roomId: injection }, 'INVALID_INPUT', 'roomId'],
    [[], 'INVALID_INPUT'],
  ]);

  testCallRate('rooms.get', { roomId: newId() });
  testStoreUnavailable('rooms.get', { roomId: newId() });
});
