import { describe, expect, test } from 'vitest';
import { createModerated } from '../../resources/moderation.ts';
import { testAccess, testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.sanctions, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'lists the bans and mutes of the caller, and of no other user ($transport)',
      async ({ connect }) => {
        using made = await createModerated(earshot, connect);
        const { ada, bob, bobId, scope, watch } = made;
        expect(await bob.api.me.sanctions.query()).toEqual([]);
        const { endsAt } = await ada.api.moderation.mute.mutate({
          scope,
          userId: bobId,
          reason: 'spam',
          lastsMs: 60_000,
        });
        await watch.until(({ event }) => event.type === 'sanctioned');
        expect(await bob.api.me.sanctions.query()).toEqual([{ kind: 'mute', scope, reason: 'spam', endsAt }]);
        expect(await ada.api.me.sanctions.query()).toEqual([]);
      },
    );
  });

  describe('access', () => {
    testAccess(earshot, 'me.sanctions', {
      input: undefined,
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });
});

describe('me.sanctions refuses, embedded', () => {
  sharedDeployment(startEmbedded);
  testCallRate('me.sanctions', undefined);
});
