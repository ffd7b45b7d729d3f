import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testAccess, testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
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
      await ada.api.moderation.lift.mutate({ sanctionId: sanction.id });
      await expect.poll(() => send().then(() => 'sent', String), { timeout: 10_000 }).toBe('sent');
    });
  });

  describe('access', () => {
    testAccess(earshot, 'moderation.mute', {
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

describe('moderation.mute refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'moderation.mute', [
    [{ scope: { type: 'room', roomId: 'ROOM' } }, 'INVALID_INPUT', 'userId'],
    [{ scope: { type: 'room', roomId: 'ROOM' }, userId: 'someone', lastsMs: 5 }, 'INVALID_INPUT', 'lastsMs'],
    [{ scope: { type: 'planet' }, userId: 'someone' }, 'INVALID_INPUT', 'scope'],
    [{ scope: { type: 'room', roomId: 'nowhere' }, userId: 'someone' }, 'ROOM_NOT_FOUND'],
    [{ scope: { type: 'server' }, userId: 'someone' }, 'NOT_ALLOWED'],
  ]);

  testCallRate('moderation.mute', { scope: { type: 'room', roomId: 'nowhere' }, userId: 'someone' });
});
