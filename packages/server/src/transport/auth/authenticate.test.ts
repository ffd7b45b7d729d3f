import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EarshotError } from '@earshot/shared';
import { decodeJwt, decodeProtectedHeader, type JWTHeaderParameters, jwtVerify, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withRequestTimeout } from '../legacy/rest.ts';
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

const guestId = 'guest-0b0e7a3c-54b1-4a39-9d5e-6a1f2c3d4e5f';

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('jwt mode', () => {
  test('a valid token gives the user and the expiry', async () => {
    const identity = await jwt.identify({ token: await token().sign(key(secret)) });
    expect(identity?.user).toEqual({ userId: 'u1', username: 'Ada' });
    expect(identity?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
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
  ])('a token %s is rejected', async (_what, make, code) => {
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
      key: { secret },
      issuer: undefined,
      audience: undefined,
    });
    await expect(strict.guest('Grace')).rejects.toMatchObject({ code: 'GUESTS_NOT_ALLOWED' });
  });
});

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
  ])('is rejected if the token %s', async (_what, make, code) => {
    await expect(jwt.guest('Grace', await make())).rejects.toMatchObject({ code });
  });
});

describe('keys at a URL', () => {
  const remote = (jwksUrl: string) =>
    createAuthenticator({ mode: 'jwt', allowGuests: false, key: { jwksUrl }, issuer: undefined, audience: undefined });

  /** Serves the current `body`. */
  async function serveKeys(body: string, status = 200) {
    const served = { body, asked: 0 };
    const server = createServer((_request, response) => {
      served.asked += 1;
      response.writeHead(status).end(served.body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const dispose = async () => void server.close();
    return Object.assign(served, { url: `http://127.0.0.1:${port}/keys`, [Symbol.asyncDispose]: dispose });
  }

  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const second = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signed = (kid: string | null = 'one', { privateKey } = pair) =>
    new SignJWT({ name: 'Ada' })
      .setProtectedHeader({ alg: 'ES256', ...(kid !== null && { kid }) })
      .setSubject('u1')
      .setExpirationTime('1h')
      .sign(privateKey);
  const jwk = (kid: string, { publicKey } = pair) => ({ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256' });
  const keySet = (...keys: object[]) => JSON.stringify({ keys });
  const keys = keySet(jwk('one'));

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('a token without kid is tried with every key', async () => {
    await using server = await serveKeys(keySet(jwk('one'), jwk('two', second)));
    const authenticator = remote(server.url);
    for (const token of [await signed(null), await signed(null, second)]) {
      expect((await authenticator.identify({ token }))?.user.userId).toBe('u1');
    }
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    vi.advanceTimersByTime(6_000);
    await expect(authenticator.identify({ token: await signed(null, stranger) })).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });

  test.each(['two', null])('a newly published key is fetched, for a token with kid %s', async (kid) => {
    await using server = await serveKeys(keys);
    const authenticator = remote(server.url);
    await authenticator.identify({ token: await signed() });
    server.body = keySet(jwk('one'), jwk('two', second));
    const token = await signed(kid, second);
    await expect(authenticator.identify({ token })).rejects.toMatchObject({
      code: 'KEYS_UNAVAILABLE',
      retryAfterMs: 5_000,
    });
    expect(server.asked).toBe(1);
    vi.advanceTimersByTime(6_000);
    expect((await authenticator.identify({ token }))?.user.userId).toBe('u1');
  });

  test('after the clock is set back, a new key is found within five seconds, and a withdrawn one expires within ten minutes', async () => {
    await using server = await serveKeys(keys);
    const authenticator = remote(server.url);
    const [old, fresh] = [await signed(), await signed('two', second)];
    await authenticator.identify({ token: old });
    vi.setSystemTime(Date.now() - 1_800_000); // half an hour, in which the tokens stay valid
    server.body = keySet(jwk('two', second));
    await expect(authenticator.identify({ token: fresh })).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    vi.advanceTimersByTime(5_100);
    expect((await authenticator.identify({ token: fresh }))?.user.userId).toBe('u1');

    server.body = keySet();
    expect((await authenticator.identify({ token: fresh }))?.user.userId).toBe('u1');
    vi.setSystemTime(Date.now() - 1_800_000);
    vi.advanceTimersByTime(601_000);
    await expect(authenticator.identify({ token: fresh })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });

  test('after a failed fetch of the keys, unknown keys don’t cause further fetches immediately', async () => {
    await using server = await serveKeys(keys);
    const authenticator = remote(server.url);
    await authenticator.identify({ token: await signed() });
    vi.advanceTimersByTime(6_000);
    server.body = 'not JSON';
    for (const kid of ['two', 'three', 'four']) {
      const token = await signed(kid, second);
      await expect(authenticator.identify({ token })).rejects.toMatchObject({ code: 'KEYS_UNAVAILABLE' });
    }
    expect(server.asked).toBe(2);
  });

  test('the keys are fetched at most once in five seconds, for any number of tokens with unknown keys', async () => {
    await using server = await serveKeys(keys);
    const authenticator = remote(server.url);
    await authenticator.identify({ token: await signed() });
    vi.advanceTimersByTime(6_000);
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, i) => signed(`unknown ${i}`)));
    const refusals = await Promise.allSettled(tokens.map((token) => authenticator.identify({ token })));
    expect(refusals.every(({ status }) => status === 'rejected')).toBe(true);
    for (const token of tokens) await authenticator.identify({ token }).catch(() => {});
    expect(server.asked).toBe(2);
    expect((await authenticator.identify({ token: await signed() }))?.user.userId).toBe('u1');
  });

  test('a token signed with a published key is valid', async () => {
    await using server = await serveKeys(keys);
    expect((await remote(server.url).identify({ token: await signed() }))?.user.username).toBe('Ada');
  });

  test('a token signed with another key is invalid', async () => {
    await using server = await serveKeys(keys.replace('"one"', '"two"'));
    await expect(remote(server.url).identify({ token: await signed() })).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });

  test('a failed fetch of the keys is not reported as an invalid token', async () => {
    const unavailable = { code: 'KEYS_UNAVAILABLE' };
    await using failing = await serveKeys('no', 500);
    await using garbled = await serveKeys('not JSON');
    for (const url of ['http://127.0.0.1:1/keys', failing.url, garbled.url]) {
      await expect(remote(url).identify({ token: await signed() })).rejects.toMatchObject(unavailable);
    }
  });

  test('late keys fail with KEYS_UNAVAILABLE before an HTTP client times out, and are used once they arrive', async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = once(server, 'request');
    const { port } = server.address() as AddressInfo;
    const authenticator = remote(`http://127.0.0.1:${port}/keys`);
    const token = await signed();
    await expect(withRequestTimeout(authenticator.identify({ token }))).rejects.toMatchObject({
      code: 'KEYS_UNAVAILABLE',
    });
    const [, response] = await asked;
    response.end(keys);
    expect((await authenticator.identify({ token }))?.user.userId).toBe('u1');
    server.close();
  });
});

describe('open mode', () => {
  const open = createAuthenticator({ mode: 'open', allowGuests: true });

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
