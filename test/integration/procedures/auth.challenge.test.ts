import { createEarshotClient, createGuest } from '@earshot/client';
import type { ErrorCode } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { solveChallenge } from '../../../packages/client/src/guest/solveChallenge.ts';
import { testAccess, testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { stockClient } from '../../resources/stockClient.ts';
import { checkedTokens } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

const env = { ...checkedTokens, ALLOW_GUESTS: 'true', GUEST_CHALLENGE: '8' };
const refused = (errorCode: ErrorCode) => ({ data: { errorCode, retry: 'no' } });

describe.each(deployments)('auth.challenge, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env }));

  describe('does', () => {
    test.each(transports)('a solved challenge admits one guest, on any instance ($transport)', async ({ connect }) => {
      using onA = connect(earshot.a.url, {});
      using onB = connect(earshot.b.url, {});
      const { challenge, bits, expiresInMs } = await onA.api.auth.challenge.query();
      expect({ bits, expiresInMs }).toEqual({ bits: 8, expiresInMs: 120_000 });
      const solved = { username: 'Ada', challenge, solution: await solveChallenge({ challenge, bits }) };
      const { token } = await onB.api.auth.guest.mutate(solved);
      for (const again of [onA, onB]) {
        await expect(again.api.auth.guest.mutate(solved)).rejects.toMatchObject(refused('CHALLENGE_FAILED'));
      }
      // A returning guest needs no other one.
      await onA.api.auth.guest.mutate({ username: 'Ada L.', token });
    });

    test('createGuest of the client solves it', async () => {
      await using client = {
        it: createEarshotClient({ url: earshot.a.url }),
        [Symbol.asyncDispose]: () => client.it.close(),
      };
      const { token, user } = await createGuest(client.it, { username: 'Ada' });
      const renewed = await createGuest(client.it, { username: 'Ada L.', token });
      expect(renewed.user).toEqual({ userId: user.userId, username: 'Ada L.' });
    });
  });

  describe('access', () => {
    testAccess(sharedDeployment(start), 'auth.challenge', {
      input: undefined,
      callers: { 'a client without an identity': 'allowed' },
    });
  });

  describe('refuses', () => {
    test.each(transports)('guests without a solution, and with a wrong one ($transport)', async ({ connect }) => {
      using client = connect(earshot.a.url, {});
      const { guest, challenge } = client.api.auth;
      await expect(guest.mutate({ username: 'Ada' })).rejects.toMatchObject(refused('CHALLENGE_REQUIRED'));
      const issued = await challenge.query();
      for (const solution of ['', '-', 'x'.repeat(32)]) {
        const wrong = { username: 'Ada', challenge: `${issued.challenge}x`, solution };
        await expect(guest.mutate(wrong)).rejects.toMatchObject(refused('CHALLENGE_FAILED'));
      }
    });
  });
});

describe('auth.challenge refuses, embedded', () => {
  testCallRate('auth.challenge', undefined);

  test('failed attempts do not use up the guests of an address', async () => {
    await using earshot = await startEmbedded({ env: { ...env, SEND_RATE: '5' } });
    using client = stockClient(earshot.a.url, {});
    const { guest, challenge } = client.api.auth;
    for (let n = 0; n < 110; n += 1)
      await expect(guest.mutate({ username: 'Eve' })).rejects.toMatchObject(refused('CHALLENGE_REQUIRED'));
    const issued = await challenge.query();
    await guest.mutate({ username: 'Ada', challenge: issued.challenge, solution: await solveChallenge(issued) });
  });
});
