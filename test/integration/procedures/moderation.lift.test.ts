import { describe, expect, test } from 'vitest';
import { createModerated, refusal } from '../../resources/moderation.ts';
import { testCallRate, testRefusals } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('moderation.lift, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('the user may write again; lifting again is refused ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bobId, scope, send } = made;
      const { id: sanctionId } = await ada.api.moderation.mute.mutate({ scope, userId: bobId });
      await ada.api.moderation.lift.mutate({ sanctionId });
      await expect.poll(() => send().then(() => 'sent', String), { timeout: 10_000 }).toBe('sent');
      const again = ada.api.moderation.lift.mutate({ sanctionId });
      await expect(again).rejects.toMatchObject(refusal('SANCTION_NOT_FOUND'));
      expect(await ada.api.moderation.sanctions.query({ scope })).toEqual([]);
    });
  });

  describe('access', () => {
    test.each(transports)('NOT_ALLOWED: a member ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, scope, watch } = made;
      const { id: sanctionId } = await ada.api.moderation.mute.mutate({ scope, userId: made.bobId });
      await watch.until(({ event }) => event.type === 'sanctioned');
      await expect(bob.api.moderation.lift.mutate({ sanctionId })).rejects.toMatchObject(refusal('NOT_ALLOWED'));
    });
  });
});

describe('moderation.lift refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'moderation.lift', [
    [{}, 'INVALID_INPUT', 'sanctionId'],
    [{ sanctionId: '' }, 'INVALID_INPUT', 'sanctionId'],
    [{ sanctionId: '["mute"]' }, 'SANCTION_NOT_FOUND'],
  ]);

  testCallRate('moderation.lift', { sanctionId: '["mute"]' });
});
