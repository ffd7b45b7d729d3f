import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

const injection = { $gt: '' };

describe.each(deployments)('rooms.leave, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test('leaving ends the membership and the watches, on every instance', async () => {
      using here = stockClient(earshot.a.url, { username: 'Ada' });
      using there = stockClient(earshot.b.url, { username: 'Ada' });
      const { room } = await here.api.rooms.join.mutate({ location: somewhere() });
      using watch = there.watch(room.id);
      await watch.until(({ event }) => event.type === 'snapshot');
      await here.api.rooms.leave.mutate({ roomId: room.id });
      expect(await watch.untilEnd()).toBeUndefined();
      for (const { api } of [here, there]) {
        await expect(api.messages.send.mutate({ roomId: room.id, content: 'still here?' })).rejects.toMatchObject({
          data: { errorCode: 'NOT_A_MEMBER', httpStatus: 403 },
        });
      }
    });

    test.each(transports)('a second leave is no error ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const leave = () => ada.api.rooms.leave.mutate({ roomId: room.id });
      expect([await leave(), await leave()]).toEqual([undefined, undefined]);
      await expect(ada.api.messages.history.query({ roomId: room.id })).rejects.toMatchObject({
        data: { errorCode: 'NOT_A_MEMBER' },
      });
    });

    test.each(transports)('does not delete the messages of the user ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      const sent = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
      await ada.api.rooms.leave.mutate({ roomId: room.id });
      await ada.api.rooms.join.mutate({ roomId: room.id });
      expect((await ada.api.messages.history.query({ roomId: room.id })).messages).toEqual([sent]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'rooms.leave', {
      input: { roomId: 'ROOM' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'allowed',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'rooms.leave', [[{ roomId: newId() }, 'ROOM_NOT_FOUND']]);
  });
});

describe('rooms.leave refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'rooms.leave', [[{ roomId: injection }, 'INVALID_INPUT', 'roomId']]);

  testCallRate('rooms.leave', { roomId: newId() });
  testStoreUnavailable('rooms.leave', { roomId: newId() });
});
