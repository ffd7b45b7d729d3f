import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

  test.each([
    ['x'.repeat(100), 'x'.repeat(40)],
    ['  ', 'u1'],
    ['\u202eevil', 'evil'],
  ])('the name %j is made fit', async (username, shown) => {
    const identity = await jwt.identify({ token: await token({ username }).sign(key(secret)) });
    expect(identity?.user.username).toBe(shown);
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
    ['whose end is beyond all time', () => token().setExpirationTime(1e17).sign(key(secret)), 'TOKEN_INVALID'],
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

describe('a guest who comes back', () => {
  const former = (change: (token: SignJWT) => SignJWT = (same) => same) =>
    change(token().setSubject('guest-1').setExpirationTime('-1s'));
  const signed = (change?: (token: SignJWT) => SignJWT) => former(change).sign(key(secret));

  test('is the same user, under the name that is given now', async () => {
    const first = await jwt.guest('Grace');
    const again = await jwt.guest('Grace H.', first.token);
    expect(again.user).toEqual({ userId: first.user.userId, username: 'Grace H.' });
    expect((await jwt.identify({ token: again.token }))?.user).toEqual(again.user);
  });

  test.each(['-1s', '-29 days'])('may have a token that ended %s ago', async (end) => {
    const { user, token } = await jwt.guest('Grace', await signed((it) => it.setExpirationTime(end)));
    expect(user).toEqual({ userId: 'guest-1', username: 'Grace' });
    expect((await jwt.identify({ token }))?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 86_000_000);
  });

  const asymmetric = generateKeyPairSync('rsa', { modulusLength: 2048 });
  test.each([
    ['ended long ago', () => signed((it) => it.setExpirationTime('-31 days')), 'TOKEN_EXPIRED'],
    [
      'is signed with another key',
      () => former().sign(key('another secret of thirty-two characters')),
      'TOKEN_INVALID',
    ],
    [
      'is signed with RS256',
      () => token({}, 'RS256').setSubject('guest-1').sign(asymmetric.privateKey),
      'TOKEN_INVALID',
    ],
    [
      'has alg=none',
      async () =>
        `${base64url({ alg: 'none' })}.${base64url({ sub: 'guest-1', exp: 4_000_000_000, iss: 'https://id.example', aud: 'earshot' })}.`,
      'TOKEN_INVALID',
    ],
    ['is of another issuer', () => signed((it) => it.setIssuer('https://evil.example')), 'TOKEN_INVALID'],
    ['is for another audience', () => signed((it) => it.setAudience('other')), 'TOKEN_INVALID'],
    [
      'is somebody’s who is no guest',
      () => signed((it) => it.setSubject('u1').setExpirationTime('1h')),
      'TOKEN_INVALID',
    ],
    ['is the open mode’s', async () => base64url({ userId: 'guest-1', username: 'Grace' }), 'TOKEN_INVALID'],
    ['is empty', async () => '', 'TOKEN_INVALID'],
  ])('is refused when the token %s', async (_what, make, code) => {
    await expect(jwt.guest('Grace', await make())).rejects.toMatchObject({ code });
  });
});

describe('keys at a URL', () => {
  const remote = (jwksUrl: string) =>
    createAuthenticator({ mode: 'jwt', allowGuests: false, key: { jwksUrl }, issuer: undefined, audience: undefined });

  async function serveKeys(body: string, status = 200) {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/keys`, [Symbol.asyncDispose]: async () => void server.close() };
  }

  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = () =>
    new SignJWT({ name: 'Ada' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setSubject('u1')
      .setExpirationTime('1h')
      .sign(pair.privateKey);
  const keys = JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' }] });

  test('a token signed with one of them is good', async () => {
    await using server = await serveKeys(keys);
    expect((await remote(server.url).identify({ token: await signed() }))?.user.username).toBe('Ada');
  });

  test('a token of another key is bad', async () => {
    await using server = await serveKeys(keys.replace('"one"', '"two"'));
    await expect(remote(server.url).identify({ token: await signed() })).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });

  test('keys that can’t be fetched are not the token’s fault', async () => {
    const unavailable = { code: 'KEYS_UNAVAILABLE' };
    await using failing = await serveKeys('no', 500);
    await using garbled = await serveKeys('not JSON');
    for (const url of ['http://127.0.0.1:1/keys', failing.url, garbled.url]) {
      await expect(remote(url).identify({ token: await signed() })).rejects.toMatchObject(unavailable);
    }
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

  test('a guest who shows a former token is the same user', async () => {
    const { token, user } = await open.guest('Ada');
    const again = await open.guest('Ada L.', token);
    expect(again.user).toEqual({ userId: user.userId, username: 'Ada L.' });
    expect((await open.identify({ token: again.token }))?.user).toEqual(again.user);
    await expect(open.guest('Ada', 'e30')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    const strict = createAuthenticator({ mode: 'open', allowGuests: false });
    await expect(strict.guest('Ada', token)).rejects.toMatchObject({ code: 'GUESTS_NOT_ALLOWED' });
  });
});
