import { describe, expect, test } from 'vitest';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.unblock, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('removes a user from the caller’s blocks ($transport)', async ({ connect, transport }) => {
      const userId = `ada, ${transport}`;
      using ada = connect(earshot.a.url, { username: 'Ada', userId });
      using elsewhere = connect(earshot.b.url, { username: 'Ada', userId });
      await ada.api.me.block.mutate({ userId: 'bob' });
      await ada.api.me.block.mutate({ userId: 'eve' });
      expect(await elsewhere.api.me.unblock.mutate({ userId: 'bob' })).toBeUndefined();
      await elsewhere.api.me.unblock.mutate({ userId: 'never blocked' });
      expect(await ada.api.me.blocks.query()).toEqual([{ userId: 'eve', username: null }]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'me.unblock', {
      input: { userId: 'bob' },
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });
});

describe('me.unblock refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'me.unblock', [[{ userId: '' }, 'INVALID_INPUT', 'userId']]);
  testCallRate('me.unblock', { userId: 'bob' });
  testStoreUnavailable('me.unblock', { userId: 'bob' });
});
