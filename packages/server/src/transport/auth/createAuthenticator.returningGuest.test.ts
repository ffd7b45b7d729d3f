import { generateKeyPairSync } from 'node:crypto';
import { type JWTHeaderParameters, SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { createAuthenticator } from './createAuthenticator.ts';
import { base64url, guestId, jwt, key, secret, token } from './testTokens.ts';

describe('a returning guest', () => {
  /** A former guest token, signed with the operator's key, that expired the given number of seconds ago. */
  const former = (
    endedSeconds = 60,
    change: (token: SignJWT) => SignJWT = (same) => same,
    header: JWTHeaderParameters = { alg: 'HS256' },
  ) => {
    const end = Math.floor(Date.now() / 1_000) - endedSeconds;
    const made = new SignJWT({ username: 'Grace' }).setProtectedHeader(header).setSubject(guestId);
    const dated = made
      .setIssuer('https://id.example')
      .setAudience('earshot')
      .setIssuedAt(end - day);
    return change(dated.setExpirationTime(end));
  };
  const signed = (endedSeconds?: number, change?: (token: SignJWT) => SignJWT) =>
    former(endedSeconds, change).sign(key(secret));
  const day = 86_400;

  test('is the same user, under the new name', async () => {
    const first = await jwt.guest('Grace');
    const again = await jwt.guest('Grace H.', first.token);
    expect(again.user).toEqual({ userId: first.user.userId, username: 'Grace H.' });
    expect((await jwt.identify({ token: again.token }))?.user).toEqual(again.user);
  });

  const service = createAuthenticator({
    mode: 'service',
    url: 'http://localhost',
    guestSecrets: [secret],
    allowGuests: true,
  });
  test.each([jwt, service])('keeps the device of the first token, whatever follows', async (authenticator) => {
    const deviceOf = async (token: string) => (await authenticator.identify({ token }))?.deviceHash;
    const first = await authenticator.guest('Grace', undefined, 'phone');
    const again = await authenticator.guest('Grace', first.token, 'other');
    expect([await deviceOf(first.token), await deviceOf(again.token)]).toEqual(['phone', 'phone']);
    const without = await authenticator.guest('Grace');
    expect(await deviceOf(without.token)).toBeUndefined();
    expect(await deviceOf((await authenticator.guest('Grace', without.token, 'phone')).token)).toBe('phone');
  });

  test('the token of another issuer gives no device', async () => {
    const identity = await jwt.identify({ token: await token({ device: 'phone' }).sign(key(secret)) });
    expect(identity).toMatchObject({ user: { userId: 'u1' } });
    expect(identity?.deviceHash).toBeUndefined();
  });

  test.each([1, 29 * day])('may have a token that expired %i seconds ago', async (ended) => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - (ended + day) * 1_000 });
    const first = await jwt.guest('Grace');
    vi.useRealTimers();
    for (const expected of [first.token, await signed(ended)]) {
      const { user, token } = await jwt.guest('Grace', expected);
      expect([first.user, { userId: guestId, username: 'Grace' }]).toContainEqual(user);
      expect((await jwt.identify({ token }))?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 86_000_000);
    }
  });

  test('can use the former token until it expires', async () => {
    const identity = await jwt.identify({ token: await signed(-3_600) });
    expect(identity?.user).toEqual({ userId: guestId, username: 'Grace' });
  });

  const asymmetric = generateKeyPairSync('rsa', { modulusLength: 2048 });
  test.each([
    ['expired long ago', () => signed(31 * day), 'TOKEN_EXPIRED'],
    [
      'is signed with another key',
      () => former().sign(key('another secret of thirty-two characters')),
      'TOKEN_INVALID',
    ],
    ['is signed with RS256', () => token({}, 'RS256').setSubject(guestId).sign(asymmetric.privateKey), 'TOKEN_INVALID'],
    [
      'has alg=none',
      async () =>
        `${base64url({ alg: 'none' })}.${base64url({ sub: guestId, exp: 4_000_000_000, iss: 'https://id.example', aud: 'earshot' })}.`,
      'TOKEN_INVALID',
    ],
    ['has another issuer', () => signed(60, (it) => it.setIssuer('https://evil.example')), 'TOKEN_INVALID'],
    ['has another audience', () => signed(60, (it) => it.setAudience('other')), 'TOKEN_INVALID'],
    ['belongs to a user who is not a guest', () => signed(-3_600, (it) => it.setSubject('u1')), 'TOKEN_INVALID'],
    [
      'has a longer lifetime than a guest token',
      () => signed(60, (it) => it.setExpirationTime('2 days')),
      'TOKEN_INVALID',
    ],
    ['has more claims than a guest token', () => signed(60, (it) => it.setJti('1')), 'TOKEN_INVALID'],
    [
      'has a header that guest tokens lack',
      () => former(60, undefined, { alg: 'HS256', typ: 'JWT' }).sign(key(secret)),
      'TOKEN_INVALID',
    ],
    ['is from open mode', async () => base64url({ userId: guestId, username: 'Grace' }), 'TOKEN_INVALID'],
    ['is empty', async () => '', 'TOKEN_INVALID'],
  ])('is rejected if the token %s', async (_case, make, code) => {
    await expect(jwt.guest('Grace', await make())).rejects.toMatchObject({ code });
  });
});
