import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RequestTimeout } from '../legacy/requestTimeout.ts';
import { createAuthenticator } from './createAuthenticator.ts';
import { guestId } from './testTokens.ts';

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

  test('a token with the id of a guest is refused, because only this server makes guests', async () => {
    await using server = await serveKeys(keys);
    const token = await new SignJWT({ name: 'Ada' })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setSubject(guestId)
      .setExpirationTime('1h')
      .sign(pair.privateKey);
    await expect(remote(server.url).identify({ token })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
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
    await expect(new RequestTimeout(async () => {}).limit(authenticator.identify({ token }))).rejects.toMatchObject({
      code: 'KEYS_UNAVAILABLE',
    });
    const [, response] = await asked;
    response.end(keys);
    expect((await authenticator.identify({ token }))?.user.userId).toBe('u1');
    server.close();
  });
});
