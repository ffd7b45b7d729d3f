import { describe, expect, test } from 'vitest';
import { callProcedure } from '../../resources/procedures.ts';
import { testAccess, testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens, signToken } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.erase, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('access', () => {
    testAccess(earshot, 'me.erase', {
      input: { confirm: 'erase everything about me' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'IDENTITY_NOT_VERIFIED',
        'the author': 'IDENTITY_NOT_VERIFIED',
      },
    });
  });
});

describe('me.erase does, with checked tokens', () => {
  const earshot = sharedDeployment(() => startEmbedded({ env: checkedTokens, erasures: { settleMs: 10_000 } }));

  test.each(transports)('accepts an erasure once ($transport)', async ({ transport, connect }) => {
    const token = await signToken(`ada ${transport}`);
    const request = async () => {
      using ada = connect(earshot.a.url, { token });
      return await ada.api.me.erase.mutate({ confirm: 'erase everything about me' });
    };
    const accepted = await request();
    expect(accepted).toEqual({ state: 'running', requestedAt: expect.any(Date), finishedAt: null });
  });

  test.each(transports)('INVALID_INPUT: without the words that confirm it ($transport)', async ({ connect }) => {
    using ada = connect(earshot.a.url, { token: await signToken('ada') });
    for (const confirm of ['', 'yes', 'erase']) {
      // The type of the input has only the words.
      const erase = callProcedure(ada.api, 'me.erase', { confirm });
      await expect(erase).rejects.toMatchObject({ data: { errorCode: 'INVALID_INPUT' } });
    }
  });
});

describe('me.erase refuses, embedded', () => {
  testCallRate('me.erase', { confirm: 'erase everything about me' });
});
