import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.setSlowMode, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('users wait between two sends, moderators don’t ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, watch, send, room } = made;
      await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: 3_600_000 });
      const { event } = await watch.until((one) => one.event.type === 'room.rules');
      expect(event).toMatchObject({ slowModeMs: 3_600_000, isLocked: false, isClosed: false });
      await send();
      const error = refusal('SLOW_MODE', { httpStatus: 429, retry: 'later', retryAfterMs: expect.any(Number) });
      await expect(send()).rejects.toMatchObject(error);
      for (const content of ['one', 'two']) await ada.api.messages.send.mutate({ roomId: room.id, content });
      expect(await bob.api.rooms.get.query({ roomId: room.id })).toMatchObject({ slowModeMs: 3_600_000 });
      await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: null });
      await watch.until((one) => one.event.type === 'room.rules' && one.event.slowModeMs === null);
      await send();
    });
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.setSlowMode', {
      input: { roomId: 'ROOM', intervalMs: 30_000 },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });
});

describe('moderation.setSlowMode refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'moderation.setSlowMode', [
    [{ roomId: 'ROOM' }, 'INVALID_INPUT', 'intervalMs'],
    [{ roomId: 'ROOM', intervalMs: 5 }, 'INVALID_INPUT', 'intervalMs'],
    [{ roomId: 'nowhere', intervalMs: 30_000 }, 'ROOM_NOT_FOUND'],
  ]);

  testCallRate('moderation.setSlowMode', { roomId: 'nowhere', intervalMs: 30_000 });
});
