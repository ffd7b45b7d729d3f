import { generateKeyPairSync, hkdfSync } from 'node:crypto';
import { EarshotError } from '@earshot/shared';
import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createAuthenticator } from './createAuthenticator.ts';
import { base64url, guestId, jwt, key, secret, token } from './testTokens.ts';

describe('jwt mode', () => {
  test('a valid token gives the user and the expiry', async () => {
    const identity = await jwt.identify({ token: await token().sign(key(secret)) });
    expect(identity?.user).toEqual({ userId: 'u1', username: 'Ada' });
    expect(identity?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  test('roles are read from the claim, and never those of a guest', async () => {
    const identity = await jwt.identify({ token: await token({ roles: ['moderator', 'owner'] }).sign(key(secret)) });
    expect(identity?.roles).toEqual(['moderator']);
    expect(identity?.user).toEqual({ userId: 'u1', username: 'Ada' });
    const { token: guest } = await jwt.guest('Grace');
    expect((await jwt.identify({ token: guest }))?.roles).toEqual([]);
    const own = new Uint8Array(hkdfSync('sha256', secret, '', 'earshot guest tokens', 32));
    const changed = await new SignJWT({ ...decodeJwt(guest), roles: ['admin'] })
      .setProtectedHeader({ alg: 'HS256', typ: 'earshot-guest+jwt' })
      .sign(own);
    expect(await jwt.identify({ token: changed })).toMatchObject({ user: { username: 'Grace' }, roles: [] });
  });

  test('a name without a token is not an identity', async () => {
    expect(await jwt.identify({ username: 'Ada', userId: 'u1' })).toBeNull();
  });

  test('without a name claim the user id is the name', async () => {
    const identity = await jwt.identify({ token: await token({ username: undefined }).sign(key(secret)) });
    expect(identity?.user.username).toBe('u1');
  });

  test.each([
    ['x'.repeat(100), 'x'.repeat(40)],
    ['  ', 'u1'],
    ['\u202eevil', 'evil'],
  ])('the name %j is cleaned and shortened', async (username, expected) => {
    const identity = await jwt.identify({ token: await token({ username }).sign(key(secret)) });
    expect(identity?.user.username).toBe(expected);
  });

  const asymmetric = generateKeyPairSync('rsa', { modulusLength: 2048 });
  test.each([
    ['signed with another key', () => token().sign(key('another secret of thirty-two characters')), 'TOKEN_INVALID'],
    ['expired', () => token().setExpirationTime('-6s').sign(key(secret)), 'TOKEN_EXPIRED'],
    ['of another issuer', () => token().setIssuer('https://evil.example').sign(key(secret)), 'TOKEN_INVALID'],
    ['for another audience', () => token().setAudience('other').sign(key(secret)), 'TOKEN_INVALID'],
    ['without a subject', () => token().setSubject('').sign(key(secret)), 'TOKEN_INVALID'],
    ['not valid yet', () => token().setNotBefore('1h').sign(key(secret)), 'TOKEN_NOT_YET_VALID'],
    ['of a guest, but not a guest token', () => token().setSubject(guestId).sign(key(secret)), 'TOKEN_INVALID'],
    [
      'that is marked as a guest’s, with the operator’s key',
      () =>
        new SignJWT({ username: 'Ada' })
          .setProtectedHeader({ alg: 'HS256', typ: 'earshot-guest+jwt' })
          .setSubject(guestId)
          .setIssuer('earshot')
          .setAudience('earshot-guest')
          .setExpirationTime('1h')
          .sign(key(secret)),
      'TOKEN_INVALID',
    ],
    ['signed with RS256', () => token({}, 'RS256').sign(asymmetric.privateKey), 'TOKEN_INVALID'],
    [
      'without an end',
      () =>
        new SignJWT({ username: 'Ada' })
          .setProtectedHeader({ alg: 'HS256' })
          .setSubject('u1')
          .setIssuer('https://id.example')
          .setAudience('earshot')
          .sign(key(secret)),
      'TOKEN_INVALID',
    ],
    [
      'with alg=none',
      async () =>
        `${base64url({ alg: 'none' })}.${base64url({ sub: 'u1', username: 'Ada', exp: 4_000_000_000, iss: 'https://id.example', aud: 'earshot' })}.`,
      'TOKEN_INVALID',
    ],
    [
      'with an expiry beyond the range of dates',
      () => token().setExpirationTime(1e17).sign(key(secret)),
      'TOKEN_INVALID',
    ],
    ['of garbage', async () => 'not.a.token', 'TOKEN_INVALID'],
    ['empty', async () => '', 'TOKEN_INVALID'],
  ])('a token %s is rejected', async (_case, make, code) => {
    await expect(jwt.identify({ token: await make() })).rejects.toMatchObject({ code });
  });

  test('clocks may differ by five seconds', async () => {
    for (const make of [() => token().setNotBefore('3s'), () => token().setExpirationTime('-3s')]) {
      const identity = await jwt.identify({ token: await make().sign(key(secret)) });
      expect(identity?.expiresAt?.getTime()).toBeGreaterThan(Date.now());
    }
    const early = jwt.identify({ token: await token().setNotBefore('9s').sign(key(secret)) });
    const refusal = await early.catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'TOKEN_NOT_YET_VALID' });
    const { retryAfterMs = 0 } = refusal instanceof EarshotError ? refusal : {};
    expect(retryAfterMs).toBeGreaterThan(1_000);
    expect(retryAfterMs).toBeLessThanOrEqual(4_000);
    const late = jwt.identify({ token: await token().setNotBefore('1y').sign(key(secret)) });
    await expect(late).rejects.toMatchObject({ retryAfterMs: 60_000 });
  });

  test('another service that knows the secret rejects a guest token', async () => {
    const { token: given } = await jwt.guest('Grace');
    await expect(jwtVerify(given, key(secret))).rejects.toThrow('signature');
    expect(decodeProtectedHeader(given)).toEqual({ alg: 'HS256', typ: 'earshot-guest+jwt' });
    expect(decodeJwt(given)).toMatchObject({ iss: 'earshot', aud: 'earshot-guest' });
  });

  test('a guest gets a valid token', async () => {
    const { token: given, user } = await jwt.guest('Grace');
    expect((await jwt.identify({ token: given }))?.user).toEqual(user);
    expect(user).toMatchObject({ username: 'Grace', userId: expect.stringMatching(/^guest-/) });
  });

  test('guests must be allowed', async () => {
    const strict = createAuthenticator({
      mode: 'jwt',
      allowGuests: false,
      key: { secrets: [secret] },
      issuer: undefined,
      audience: undefined,
    });
    await expect(strict.guest('Grace')).rejects.toMatchObject({ code: 'GUESTS_NOT_ALLOWED' });
  });
});

describe('open mode', () => {
  const open = createAuthenticator({ mode: 'open', allowGuests: true });

  test('the same name is the same user again, and a refused name is refused again', async () => {
    const first = await open.identify({ username: 'Ada' });
    expect(await open.identify({ username: 'Ada' })).toEqual(first);
    for (const username of [' ', 'x'.repeat(41), ' ']) {
      await expect(open.identify({ username })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  test('a name is enough, and always gives the same user', async () => {
    const [a, b] = await Promise.all([open.identify({ username: ' Ada ' }), open.identify({ username: 'ada' })]);
    expect(a?.user.username).toBe('Ada');
    expect(a?.user.userId).toBe(b?.user.userId);
    expect((await open.identify({ username: 'Ada', userId: 'u1' }))?.user.userId).toBe('u1');
  });

  test('no credentials give no identity; an invalid name is rejected with its field', async () => {
    expect(await open.identify({})).toBeNull();
    await expect(open.identify({ username: 'x'.repeat(41) })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('username'),
    });
    await expect(open.identify({ token: 'e30' })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('each new guest is a new user', async () => {
    const [a, b] = await Promise.all([open.guest('Ada'), open.guest('Ada')]);
    expect(a.user.userId).not.toBe(b.user.userId);
    expect((await open.identify({ token: a.token }))?.user).toEqual(a.user);
  });

  test('a guest with a former token is the same user', async () => {
    const { token, user } = await open.guest('Ada');
    const again = await open.guest('Ada L.', token);
    expect(again.user).toEqual({ userId: user.userId, username: 'Ada L.' });
    expect((await open.identify({ token: again.token }))?.user).toEqual(again.user);
    await expect(open.guest('Ada', 'e30')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const strict = createAuthenticator({ mode: 'open', allowGuests: false });
    await expect(strict.guest('Ada', token)).rejects.toMatchObject({ code: 'GUESTS_NOT_ALLOWED' });
  });
});
