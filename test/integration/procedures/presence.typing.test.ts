import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('presence.typing, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('is sent to the other watchers of the room ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
      using bob = stockClient(earshot.b.url, { username: 'Bob' });
      const { room } = await bob.api.rooms.join.mutate({ location: somewhere() });
      await ada.api.rooms.join.mutate({ roomId: room.id });
      using watch = bob.watch(room.id);
      await watch.until(({ event }) => event.type === 'snapshot');
      for (const isTyping of [true, false]) {
        expect(await ada.api.presence.typing.mutate({ roomId: room.id, isTyping })).toBeUndefined();
        const { event, seq } = await watch.until(({ event: e }) => e.type === 'typing' && e.isTyping === isTyping);
        expect({ event, seq }).toEqual({
          event: { type: 'typing', user: { userId: 'ada', username: 'Ada' }, isTyping },
          seq: 0, // it is not stored
        });
      }
    });
  });

  describe('access', () => {
    testAccess(earshot, 'presence.typing', {
      input: { roomId: 'ROOM', isTyping: true },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
      },
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'presence.typing', [[{ roomId: newId(), isTyping: true }, 'ROOM_NOT_FOUND']]);
  });
});

describe('presence.typing refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'presence.typing', [[{ roomId: 'ROOM', isTyping: 1 }, 'INVALID_INPUT', 'isTyping']]);

  testCallRate('presence.typing', { roomId: newId(), isTyping: true });
  testStoreUnavailable('presence.typing', { roomId: newId(), isTyping: true });
});
