import { describe, expect, test } from 'vitest';
import { testAccess, testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { checkedTokens, signToken } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('me.erasure, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('access', () => {
    testAccess(earshot, 'me.erasure', {
      input: undefined,
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'IDENTITY_NOT_VERIFIED',
        'the author': 'IDENTITY_NOT_VERIFIED',
      },
    });
  });
});

describe('me.erasure does, with checked tokens', () => {
  const earshot = sharedDeployment(() => startEmbedded({ env: checkedTokens }));

  test.each(transports)('returns that there is none ($transport)', async ({ connect }) => {
    using ada = connect(earshot.a.url, { token: await signToken('ada') });
    expect(await ada.api.me.erasure.query()).toEqual({ state: 'none', requestedAt: null, finishedAt: null });
  });
});

describe('me.erasure refuses, embedded', () => {
  testCallRate('me.erasure', undefined);
});
