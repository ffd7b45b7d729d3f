import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.ban, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('ends the watches of the user, who can’t return ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, bobId, scope, watch, send, room } = made;
      const sanction = await ada.api.moderation.ban.mutate({ scope, userId: bobId, reason: 'spam' });
      expect(sanction).toMatchObject({ kind: 'ban', scope, subject: 'user', userId: bobId, endsAt: null });
      const banned = refusal('BANNED', { reason: 'spam' });
      expect(await watch.untilEnd()).toMatchObject(banned);
      expect(watch.all.map(({ event }) => event.type)).toContain('sanctioned');
      for (const call of [
        send(),
        bob.api.rooms.join.mutate({ roomId: room.id }),
        bob.api.messages.history.query({ roomId: room.id }),
      ]) {
        await expect(call).rejects.toMatchObject(banned);
      }
      expect(await bob.api.me.sanctions.query()).toMatchObject([{ kind: 'ban', scope, reason: 'spam', endsAt: null }]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.ban', {
      input: { scope: { type: 'room', roomId: 'ROOM' }, userId: 'someone' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_ALLOWED',
        'a member': 'NOT_ALLOWED',
        'the author': 'allowed',
      },
    });
  });
});

describe('moderation.ban refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'moderation.ban', [
    [{ scope: { type: 'room', roomId: 'ROOM' } }, 'INVALID_INPUT', 'userId'],
    [{ scope: { type: 'room', roomId: 'ROOM' }, userId: 'someone', reason: '' }, 'INVALID_INPUT', 'reason'],
    [{ scope: { type: 'room', roomId: 'nowhere' }, userId: 'someone' }, 'ROOM_NOT_FOUND'],
    [{ scope: { type: 'server' }, userId: 'someone' }, 'NOT_ALLOWED'],
  ]);

  testCallRate('moderation.ban', { scope: { type: 'room', roomId: 'nowhere' }, userId: 'someone' });
});
