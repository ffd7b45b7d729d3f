import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.kick, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('ends the membership and the watches of the user ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bobId, watch, send, room } = made;
      await ada.api.moderation.kick.mutate({ roomId: room.id, userId: bobId });
      expect(await watch.untilEnd()).toMatchObject(refusal('BANNED'));
      await expect(send()).rejects.toMatchObject(refusal('BANNED'));
      const [sanction] = await made.bob.api.me.sanctions.query();
      expect(Number(sanction?.endsAt) - Date.now()).toBeLessThan(70_000);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.kick', {
      input: { roomId: 'ROOM', userId: 'someone' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });
});

describe('moderation.kick refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'moderation.kick', [
    [{ roomId: 'ROOM' }, 'INVALID_INPUT', 'userId'],
    [{ roomId: 'nowhere', userId: 'someone' }, 'ROOM_NOT_FOUND'],
  ]);

  testCallRate('moderation.kick', { roomId: 'nowhere', userId: 'someone' });
});
