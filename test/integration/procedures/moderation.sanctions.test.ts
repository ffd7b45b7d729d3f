import { describe, expect, test } from 'vitest';
import { createModerated } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.sanctions, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('lists what is in force in the room, newest first ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, adaId, bobId, scope, room } = made;
      const mute = await ada.api.moderation.mute.mutate({ scope, userId: bobId });
      await ada.api.moderation.setSlowMode.mutate({ roomId: room.id, intervalMs: 5_000, lastsMs: 60_000 });
      const listed = await ada.api.moderation.sanctions.query({ scope });
      expect(new Set(listed.map(({ kind }) => kind))).toEqual(new Set(['slowMode', 'mute']));
      expect(listed).toContainEqual(mute);
      const moderator = { userId: adaId, username: 'Ada' };
      expect(listed).toContainEqual(
        expect.objectContaining({ subject: 'room', userId: null, intervalMs: 5_000, moderator }),
      );
    });
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.sanctions', {
      input: { scope: { type: 'room', roomId: 'ROOM' } },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });
});

describe('moderation.sanctions refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'moderation.sanctions', [
    [{}, 'INVALID_INPUT', 'scope'],
    [{ scope: { type: 'room', roomId: 'nowhere' } }, 'ROOM_NOT_FOUND'],
    [{ scope: { type: 'server' } }, 'NOT_ALLOWED'],
    [{ scope: { type: 'area', location: { latitude: 1, longitude: 2 } } }, 'NOT_ALLOWED'],
  ]);

  testCallRate('moderation.sanctions', { scope: { type: 'room', roomId: 'nowhere' } });
});
