import { describe, expect, test } from 'vitest';
import { createModerated } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

const day = 24 * 60 * 60_000;

describe.each(deployments)('moderation.setRetention, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'the room’s messages are kept for that many days, as its rules say ($transport)',
      async ({ connect }) => {
        using made = await createModerated(earshot, connect);
        const { ada, bob, watch, room } = made;
        await ada.api.moderation.setRetention.mutate({ roomId: room.id, days: 7 });
        const { event } = await watch.until((one) => one.event.type === 'room.rules');
        expect(event).toMatchObject({ slowModeMs: null, isLocked: false, messageTtlMs: 7 * day });
        expect(await bob.api.rooms.get.query({ roomId: room.id })).toMatchObject({ messageTtlMs: 7 * day });
        const scope = { type: 'room', roomId: room.id } as const;
        const [rule] = await ada.api.moderation.sanctions.query({ scope });
        expect(rule).toMatchObject({ kind: 'retention', intervalMs: 7 * day, endsAt: null });
        await ada.api.moderation.setRetention.mutate({ roomId: room.id, days: null });
        await watch.until((one) => one.event.type === 'room.rules' && one.event.messageTtlMs === null);
        expect(await ada.api.moderation.sanctions.query({ scope })).toEqual([]);
      },
    );
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.setRetention', {
      input: { roomId: 'ROOM', days: 30 },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });
});

describe('moderation.setRetention refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'moderation.setRetention', [
    [{ roomId: 'ROOM' }, 'INVALID_INPUT', 'days'],
    [{ roomId: 'ROOM', days: 0 }, 'INVALID_INPUT', 'days'],
    [{ roomId: 'ROOM', days: 1.5 }, 'INVALID_INPUT', 'days'],
    [{ roomId: 'ROOM', days: 4_000 }, 'INVALID_INPUT', 'days'],
    [{ roomId: 'nowhere', days: 30 }, 'ROOM_NOT_FOUND'],
  ]);

  testCallRate('moderation.setRetention', { roomId: 'nowhere', days: 30 });
});
