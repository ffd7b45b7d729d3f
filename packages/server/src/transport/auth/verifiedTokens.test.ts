import { EarshotError } from '@earshot/shared';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { IdentityCheck } from './authenticator.ts';
import { createAuthenticator } from './createAuthenticator.ts';
import { key, secret, token } from './testTokens.ts';
import { VerifiedTokens } from './verifiedTokens.ts';

function setUp(check?: IdentityCheck) {
  const authenticator = createAuthenticator(
    {
      mode: 'jwt',
      allowGuests: true,
      key: { secrets: [secret] },
      issuer: 'https://id.example',
      audience: 'earshot',
    },
    check,
  );
  const verify = vi.spyOn(crypto.subtle, 'verify');
  return { authenticator, verify };
}

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a token that was verified before', () => {
  test('gives the same identity, without another verification', async () => {
    const { authenticator, verify } = setUp();
    const signed = await token({ roles: ['moderator'] }).sign(key(secret));
    const first = await authenticator.identify({ token: signed });
    expect(await authenticator.identify({ token: signed })).toEqual(first);
    expect(verify).toHaveBeenCalledTimes(1);
  });

  test('of a guest gives the device, too', async () => {
    const { authenticator, verify } = setUp();
    const { token: guest } = await authenticator.guest('Grace', undefined, 'device');
    const first = await authenticator.identify({ token: guest });
    expect(first?.deviceHash).toBe('device');
    expect(await authenticator.identify({ token: guest })).toEqual(first);
    expect(verify).toHaveBeenCalledTimes(1);
  });

  test('is refused once its user has signed out', async () => {
    let isSignedOut = false;
    const { authenticator } = setUp(() => {
      if (isSignedOut) throw new EarshotError('TOKEN_REVOKED');
    });
    const signed = await token().sign(key(secret));
    await authenticator.identify({ token: signed });
    isSignedOut = true;
    await expect(authenticator.identify({ token: signed })).rejects.toMatchObject({ code: 'TOKEN_REVOKED' });
  });

  test('is refused when it has expired, or if the clock is set back to before it is valid', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { authenticator } = setUp();
    const start = Date.now();
    const signed = await token().setNotBefore('-1s').setExpirationTime('1m').sign(key(secret));
    await authenticator.identify({ token: signed });
    vi.setSystemTime(start + 64_000);
    expect(await authenticator.identify({ token: signed })).toMatchObject({ user: { userId: 'u1' } }); // within the leeway
    vi.setSystemTime(start + 66_000);
    await expect(authenticator.identify({ token: signed })).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    vi.setSystemTime(start - 10_000);
    await expect(authenticator.identify({ token: signed })).rejects.toMatchObject({ code: 'TOKEN_NOT_YET_VALID' });
  });

  test('does not help a token that differs in its signature', async () => {
    const { authenticator } = setUp();
    const signed = await token().sign(key(secret));
    await authenticator.identify({ token: signed });
    const other = signed.slice(0, -4) + (signed.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    await expect(authenticator.identify({ token: other })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

test('a refused token is verified each time', async () => {
  const { authenticator, verify } = setUp();
  const signed = await token().sign(key('another secret of thirty-two characters'));
  for (let n = 0; n < 2; n += 1) {
    await expect(authenticator.identify({ token: signed })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  }
  expect(verify).toHaveBeenCalledTimes(2);
});

test('remembers a bounded number of tokens', () => {
  const tokens = new VerifiedTokens();
  const identity = { user: { userId: 'u1', username: 'Ada' }, expiresAt: new Date(Date.now() + 60_000) };
  for (let n = 0; n <= 10_000; n += 1) tokens.add(`token ${n}`, { identity, notBefore: undefined });
  expect([tokens.identityOf('token 0'), tokens.identityOf('token 1')]).toEqual([undefined, identity]);
});
