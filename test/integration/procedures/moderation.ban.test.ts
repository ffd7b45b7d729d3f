import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testModeratorAccess, testUserSanctionRefusals, userSanctionInput } from '../../resources/moderationTests.ts';
import { deployments } from '../../resources/server.ts';
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
    testModeratorAccess(earshot, 'moderation.ban', userSanctionInput);
  });
});

describe('moderation.ban refuses, embedded', () => {
  testUserSanctionRefusals('moderation.ban');
});
