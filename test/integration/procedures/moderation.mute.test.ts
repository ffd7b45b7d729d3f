import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testModeratorAccess, testUserSanctionRefusals, userSanctionInput } from '../../resources/moderationTests.ts';
import { deployments } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.mute, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('the user can read and not write, until it is lifted ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bobId, scope, watch, send } = made;
      const sanction = await ada.api.moderation.mute.mutate({ scope, userId: bobId, reason: 'spam', lastsMs: 60_000 });
      expect(sanction).toMatchObject({ kind: 'mute', scope, subject: 'user', userId: bobId, reason: 'spam' });
      const { event } = await watch.until((one) => one.event.type === 'sanctioned');
      expect(event).toMatchObject({ kind: 'mute', scope, reason: 'spam', endsAt: sanction.endsAt });
      await expect(send()).rejects.toMatchObject(refusal('MUTED', { reason: 'spam', endsAt: Number(sanction.endsAt) }));
      await made.bob.api.messages.history.query({ roomId: made.room.id });
      expect(sanction.username).toBeNull(); // no message and no report tells it
      await ada.api.moderation.lift.mutate({ sanctionId: sanction.id });
      await expect.poll(() => send().then(() => 'sent', String), { timeout: 10_000 }).toBe('sent');
    });
  });

  test('lists have the name by which the room knows the user', async () => {
    using made = await createModerated(earshot);
    const { ada, bobId, scope, send } = made;
    await send();
    expect(await ada.api.moderation.mute.mutate({ scope, userId: bobId })).toMatchObject({ username: 'Bob' });
    await ada.api.roles.grant.mutate({ scope, userId: bobId, role: 'roomModerator' });
    expect(await ada.api.moderation.sanctions.query({ scope })).toMatchObject([{ userId: bobId, username: 'Bob' }]);
    expect(await ada.api.roles.list.query({ scope })).toContainEqual(
      expect.objectContaining({ userId: bobId, username: 'Bob' }),
    );
  });

  describe('access', () => {
    testModeratorAccess(earshot, 'moderation.mute', userSanctionInput);
  });
});

describe('moderation.mute refuses, embedded', () => {
  testUserSanctionRefusals('moderation.mute');
});
