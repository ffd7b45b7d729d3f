import { describe, expect, test } from 'vitest';
import { testAccess, testCallRate, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.visibility, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('returns what was set, on every instance ($transport)', async ({ connect, transport }) => {
      const userId = `ada, ${transport}`;
      using ada = connect(earshot.a.url, { username: 'Ada', userId });
      using elsewhere = connect(earshot.b.url, { username: 'Ada', userId });
      expect(await ada.api.me.visibility.query()).toEqual({ isVisible: true, exceptRooms: [] });
      await elsewhere.api.me.setVisibility.mutate({ rooms: ['plaza'], visible: false });
      expect(await ada.api.me.visibility.query()).toEqual({ isVisible: true, exceptRooms: ['plaza'] });
    });
  });

  describe('access', () => {
    testAccess(earshot, 'me.visibility', {
      input: undefined,
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });
});

describe('me.visibility refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  test('nothing of another user', async () => {
    using bob = stockClient(earshot.a.url, { username: 'Bob', userId: 'bob' });
    await bob.api.me.setVisibility.mutate({ rooms: 'all', visible: false });
    using eve = stockClient(earshot.a.url, { username: 'Eve', userId: 'eve' });
    expect(await eve.api.me.visibility.query()).toEqual({ isVisible: true, exceptRooms: [] });
  });

  testCallRate('me.visibility', undefined);
  testStoreUnavailable('me.visibility', undefined);
});
