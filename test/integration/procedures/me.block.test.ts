import { privacyLimits } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { sqliteSite, upTo } from '../../resources/stores.ts';
import { transports } from '../../resources/transports.ts';

const bob = { userId: 'bob', username: 'Bob' };

describe.each(deployments)('me.block, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('adds a user to the caller’s blocks, on every instance ($transport)', async (transport) => {
      const userId = `ada, ${transport.transport}`;
      using ada = transport.connect(earshot.a.url, { username: 'Ada', userId });
      using elsewhere = transport.connect(earshot.b.url, { username: 'Ada', userId });
      using other = transport.connect(earshot.b.url, bob);
      expect(await ada.api.me.block.mutate(bob)).toBeUndefined();
      await ada.api.me.block.mutate({ userId: 'eve' });
      await elsewhere.api.me.block.mutate(bob);
      expect(await elsewhere.api.me.blocks.query()).toEqual([{ userId: 'eve', username: null }, bob]);
      expect(await other.api.me.blocks.query()).toEqual([]);
    });
  });

  describe('access', () => {
    testAccess(earshot, 'me.block', {
      input: { userId: 'bob' },
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });
});

describe('me.block refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'me.block', [
    [{ userId: '' }, 'INVALID_INPUT', 'userId'],
    [{ userId: 'x'.repeat(129) }, 'INVALID_INPUT', 'userId'],
    [{ userId: 'bob', username: 'x'.repeat(41) }, 'INVALID_INPUT', 'username'],
  ]);

  test.each(transports)('INVALID_INPUT: the caller ($transport)', async ({ connect }) => {
    using ada = connect(earshot.a.url, { username: 'Ada', userId: 'ada' });
    const block = ada.api.me.block.mutate({ userId: 'ada' });
    await expect(block).rejects.toMatchObject({ message: 'You can’t block yourself.' });
    await expect(block).rejects.toMatchObject({ data: { errorCode: 'INVALID_INPUT', retry: 'no' } });
  });

  test.each(transports)('TOO_MANY_BLOCKS: one more than allowed ($transport)', async ({ connect }) => {
    await using site = await sqliteSite();
    const store = await site.open();
    const block = (n: number) => store.privacy.block('ada', { userId: `user ${n}`, username: null });
    await Promise.all(upTo(privacyLimits.blocks).map(block));
    await using server = await startServer({ drivers: { store } });
    using ada = connect(server.url, { username: 'Ada', userId: 'ada' });
    await expect(ada.api.me.block.mutate(bob)).rejects.toMatchObject({
      data: { errorCode: 'TOO_MANY_BLOCKS', httpStatus: 409, retry: 'no' },
    });
    expect(await ada.api.me.blocks.query()).toHaveLength(privacyLimits.blocks);
  });

  testCallRate('me.block', { userId: 'bob' });
  testStoreUnavailable('me.block', { userId: 'bob' });
});
