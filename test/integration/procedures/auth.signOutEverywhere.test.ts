import { describe, expect, test } from 'vitest';
import { httpClient } from '../../resources/httpClient.ts';
import { testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { issuedTokens, issueToken } from '../../resources/tokens.ts';
import { transports } from '../../resources/transports.ts';

describe.each(deployments)('auth.signOutEverywhere, $name', ({ start }) => {
  const earshot = sharedDeployment(() => start({ env: issuedTokens }));

  describe('does', () => {
    test.each(transports)(
      'ends the tokens issued until now, and not those issued later ($transport)',
      async ({ connect }) => {
        const userId = `ada ${Math.random()}`;
        const before = await issueToken(userId, -60);
        using ada = connect(earshot.a.url, { token: before });
        await ada.api.auth.signOutEverywhere.mutate();
        using again = httpClient(earshot.a.url, { token: before });
        const revoked = { data: { errorCode: 'TOKEN_REVOKED', httpStatus: 401, retry: 'no' } };
        await expect(again.api.auth.session.query()).rejects.toMatchObject(revoked);
        using later = connect(earshot.a.url, { token: await issueToken(userId, 60) });
        expect((await later.api.auth.session.query()).user.userId).toBe(userId);
      },
    );
  });

  describe('access', () => {
    test.each(transports)('UNAUTHENTICATED: a caller without an identity ($transport)', async ({ connect }) => {
      using client = connect(earshot.a.url, {});
      const call = client.api.auth.signOutEverywhere.mutate();
      await expect(call).rejects.toMatchObject({ data: { errorCode: 'UNAUTHENTICATED' } });
    });
  });
});

describe('auth.signOutEverywhere refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  test.each(transports)('NO_SIGN_IN: in open mode ($transport)', async ({ connect }) => {
    using ada = connect(earshot.a.url, { username: 'Ada' });
    await expect(ada.api.auth.signOutEverywhere.mutate()).rejects.toMatchObject({
      data: { errorCode: 'NO_SIGN_IN', httpStatus: 409 },
      message: expect.stringContaining('nothing to sign out from'),
    });
  });

  testCallRate('auth.signOutEverywhere', undefined);
});
