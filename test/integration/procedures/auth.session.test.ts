import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { testAccess, testCallRate } from '../../resources/procedureTests.ts';
import { deployments, startEmbedded } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { transports } from '../../resources/transports.ts';

const secret = 'a secret of at least thirty-two characters';

describe.each(deployments)('auth.session, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('returns the caller’s user, without an end ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: ' Ada ', userId: 'ada' });
      expect(await ada.api.auth.session.query()).toEqual({
        user: { userId: 'ada', username: 'Ada' },
        expiresInMs: null,
        checksTokens: false,
        ...{ roles: [], areas: [], rooms: [] },
      });
    });
  });

  describe('access', () => {
    testAccess(earshot, 'auth.session', {
      input: undefined,
      callers: { 'a client without an identity': 'UNAUTHENTICATED', 'a user outside the room': 'allowed' },
    });
  });
});

describe('auth.session does, with checked tokens', () => {
  test.each(transports)(
    'returns the time until the token expires, with the leeway ($transport)',
    async ({ connect }) => {
      await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
      const token = await new SignJWT({ name: 'Ada' })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('ada')
        .setExpirationTime('60s')
        .sign(new TextEncoder().encode(secret));
      using ada = connect(earshot.a.url, { token });
      const { user, expiresInMs, checksTokens } = await ada.api.auth.session.query();
      expect(checksTokens).toBe(true);
      expect(user).toEqual({ userId: 'ada', username: 'Ada' });
      expect(expiresInMs).toBeGreaterThan(50_000);
      expect(expiresInMs).toBeLessThanOrEqual(65_000);
    },
  );
});

describe('auth.session refuses, embedded', () => {
  testCallRate('auth.session', undefined);
});
