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
      const { ada, bobId, scope, send, watch } = made;
      const { id: sanctionId } = await ada.api.moderation.mute.mutate({ scope, userId: bobId, reason: 'spam' });
      const { event: muted } = await watch.until(({ event }) => event.type === 'sanctioned');
      expect(muted).toMatchObject({ kind: 'mute', reason: 'spam', endsAt: null });
      await ada.api.moderation.lift.mutate({ sanctionId });
      const { event: lifted } = await watch.until(({ event }) => event.type === 'sanctioned' && event.endsAt !== null);
      expect(lifted).toEqual({ ...muted, endsAt: expect.any(Date) });
      expect(await send()).toMatchObject({ content: 'hi' });
      const again = ada.api.moderation.lift.mutate({ sanctionId });
      await expect(again).rejects.toMatchObject(refusal('SANCTION_NOT_FOUND'));
      expect(await ada.api.moderation.sanctions.query({ scope })).toEqual([]);
    });
  });

  describe('access', () => {
    test.each(transports)('others do not learn whether a sanction exists ($transport)', async ({ connect }) => {
      using made = await createModerated(earshot, connect);
      const { ada, bob, bobId, scope, watch } = made;
      const { id: sanctionId } = await ada.api.moderation.mute.mutate({ scope, userId: bobId });
      await watch.until(({ event }) => event.type === 'sanctioned');
      using eve = connect(earshot.b.url, { username: 'Eve' });
      using nobody = connect(earshot.b.url, {});
      for (const { api } of [bob, eve, nobody]) {
        const errorOf = (id: string) => api.moderation.lift.mutate({ sanctionId: id }).catch((error: unknown) => error);
        const [known, unknown] = await Promise.all([errorOf(sanctionId), errorOf(sanctionId.replace('mute', 'ban'))]);
        expect(known).toMatchObject(refusal(api === nobody.api ? 'UNAUTHENTICATED' : 'SANCTION_NOT_FOUND'));
        expect(unknown).toEqual(known);
      }
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
