import { describe, expect, test } from 'vitest';
import { testAccess, testCallRate, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.blocks, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)(
      'returns the blocked users and the given names ($transport)',
      async ({ connect, transport }) => {
        using ada = connect(earshot.a.url, { username: 'Ada', userId: `ada, ${transport}` });
        expect(await ada.api.me.blocks.query()).toEqual([]);
        await ada.api.me.block.mutate({ userId: 'bob', username: ' Bob  B. ' });
        expect(await ada.api.me.blocks.query()).toEqual([{ userId: 'bob', username: 'Bob B.' }]);
      },
    );

    test.each(transports)('of a guest: stay with the guest’s next token ($transport)', async ({ connect }) => {
      await using guests = await startEmbedded({ env: { ...checkedTokens, ALLOW_GUESTS: 'true' } });
      using visitor = connect(guests.a.url, {});
      const first = await visitor.api.auth.guest.mutate({ username: 'Ada' });
      using ada = connect(guests.a.url, { token: first.token });
      await ada.api.me.block.mutate({ userId: 'bob' });
      const { token } = await visitor.api.auth.guest.mutate({ username: 'Ann', token: first.token });
      using renewed = connect(guests.a.url, { token });
      expect(await renewed.api.me.blocks.query()).toEqual([{ userId: 'bob', username: null }]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'me.blocks', {
      input: undefined,
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });
});

describe('me.blocks refuses, embedded', () => {
  testCallRate('me.blocks', undefined);
  testStoreUnavailable('me.blocks', undefined);
});
