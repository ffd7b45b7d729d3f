import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { createAuthenticator } from './authenticate.ts';

const secret = 'a secret of at least thirty-two characters';
const key = (text: string) => new TextEncoder().encode(text);
const jwt = createAuthenticator({
  mode: 'jwt',
  allowGuests: true,
  key: { secret },
  issuer: 'https://id.example',
  audience: 'earshot',
});

function token(claims: Record<string, unknown> = {}, alg = 'HS256'): SignJWT {
  return new SignJWT({ username: 'Ada', ...claims })
    .setProtectedHeader({ alg })
    .setSubject('u1')
    .setIssuer('https://id.example')
    .setAudience('earshot')
    .setExpirationTime('1h');
}

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('jwt mode', () => {
  test('a good token says who and until when', async () => {
    const identity = await jwt.identify({ token: await token().sign(key(secret)) });
    expect(identity?.user).toEqual({ userId: 'u1', username: 'Ada' });
    expect(identity?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  test('a name without a token is nobody', async () => {
    expect(await jwt.identify({ username: 'Ada', userId: 'u1' })).toBeNull();
  });

  test('without a name claim the user id stands in', async () => {
    const identity = await jwt.identify({ token: await token({ username: undefined }).sign(key(secret)) });
    expect(identity?.user.username).toBe('u1');
  });

  const asymmetric = generateKeyPairSync('rsa', { modulusLength: 2048 });
  test.each([
    ['signed with another key', () => token().sign(key('another secret of thirty-two characters')), 'TOKEN_INVALID'],
    ['expired', () => token().setExpirationTime('-1s').sign(key(secret)), 'TOKEN_EXPIRED'],
    ['of another issuer', () => token().setIssuer('https://evil.example').sign(key(secret)), 'TOKEN_INVALID'],
    ['for another audience', () => token().setAudience('other').sign(key(secret)), 'TOKEN_INVALID'],
    ['without a subject', () => token().setSubject('').sign(key(secret)), 'TOKEN_INVALID'],
    ['not valid yet', () => token().setNotBefore('1h').sign(key(secret)), 'TOKEN_INVALID'],
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
    ['of garbage', async () => 'not.a.token', 'TOKEN_INVALID'],
    ['empty', async () => '', 'TOKEN_INVALID'],
  ])('a token %s is refused', async (_what, make, code) => {
    await expect(jwt.identify({ token: await make() })).rejects.toMatchObject({ code });
  });

  test('a guest gets a token that is taken', async () => {
    const { token: given, user } = await jwt.guest('Grace');
    expect((await jwt.identify({ token: given }))?.user).toEqual(user);
    expect(user).toMatchObject({ username: 'Grace', userId: expect.stringMatching(/^guest-/) });
  });

  test('guests need to be allowed', async () => {
    const strict = createAuthenticator({
      mode: 'jwt',
      allowGuests: false,
      key: { secret },
      issuer: undefined,
      audience: undefined,
    });
    await expect(strict.guest('Grace')).rejects.toMatchObject({ code: 'GUESTS_NOT_ALLOWED' });
  });
});

describe('open mode', () => {
  const open = createAuthenticator({ mode: 'open', allowGuests: true });

  test('a name is enough, and stays the same user', async () => {
    const [a, b] = await Promise.all([open.identify({ username: ' Ada ' }), open.identify({ username: 'ada' })]);
    expect(a?.user.username).toBe('Ada');
    expect(a?.user.userId).toBe(b?.user.userId);
    expect((await open.identify({ username: 'Ada', userId: 'u1' }))?.user.userId).toBe('u1');
  });

  test('nothing shown is nobody; a bad name is refused by field', async () => {
    expect(await open.identify({})).toBeNull();
    await expect(open.identify({ username: 'x'.repeat(41) })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('username'),
    });
    await expect(open.identify({ token: 'e30' })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('a guest is somebody new each time', async () => {
    const [a, b] = await Promise.all([open.guest('Ada'), open.guest('Ada')]);
    expect(a.user.userId).not.toBe(b.user.userId);
    expect((await open.identify({ token: a.token }))?.user).toEqual(a.user);
  });
});
