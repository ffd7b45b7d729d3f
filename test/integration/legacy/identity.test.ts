import { once } from 'node:events';
import { generateKeyPair, SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { eventually } from '../../resources/collect.ts';
import { type LegacyClient, openLegacy, someLocationId } from '../../resources/legacyClient.ts';
import { refusedUpgrade } from '../../resources/rawSocket.ts';
import { startEmbedded } from '../../resources/server.ts';
import { checkedTokens, signToken } from '../../resources/tokens.ts';

const claim = (token?: string) => ({ type: 'Join', user_id: 'ada', username: 'Whoever', token });

test('frames after the fifth failure are ignored', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  const at = someLocationId();
  using eve = await openLegacy(earshot.a.url, at);
  for (let i = 0; i < 5; i += 1) eve.send({ ...claim('bogus'), type: 'Auth' });
  const token = await signToken('ada');
  eve.send(claim(token));
  eve.send({ type: 'Message', content: 'all in one go' });
  expect((await eve.closed).code).toBe(4401);
  const headers = { authorization: `Bearer ${token}` };
  const history = async () => (await fetch(`${earshot.a.url}/messages/${at}`, { headers })).json();
  using ada = await openLegacy(earshot.a.url, at);
  ada.send(claim(token));
  await ada.until('MessageHistory');
  ada.send({ type: 'Message', content: 'marker' });
  await ada.until('NewMessage');
  expect(await history()).toMatchObject([{ content: 'marker' }]);
});

test('unreachable keys do not count as failures of the client', async () => {
  const env = { ...checkedTokens, JWT_SECRET: '', JWKS_URL: 'http://127.0.0.1:1/keys', AUTH_MODE: 'jwt' };
  await using earshot = await startEmbedded({ env });
  using ada = await openLegacy(earshot.a.url, 'lobby');
  const { privateKey } = await generateKeyPair('RS256');
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'RS256', kid: 'one' })
    .setSubject('ada')
    .sign(privateKey);
  for (let i = 0; i < 6; i += 1) ada.send(claim(token));
  await eventually(() => ada.of('Error').length === 6);
  expect(ada.of('Error')).toMatchObject(Array.from({ length: 6 }, () => ({ code: 'KEYS_UNAVAILABLE' })));
  ada.ws.ping();
  await once(ada.ws, 'pong');
  expect(ada.ws.readyState).toBe(ada.ws.OPEN);
});

test('an expired token closes the socket with 4410, unless a new one was sent before', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  const at = someLocationId();
  const join = async (): Promise<LegacyClient> => {
    const client = await openLegacy(earshot.a.url, at);
    client.send(claim(await signToken('ada', new Date(Date.now() - 1_000)))); // accepted for five seconds
    await client.until('MessageHistory');
    return client;
  };
  using renewed = await join();
  using forgotten = await join();
  renewed.send({ ...claim(await signToken('ada')), type: 'Auth' });
  await renewed.until('UserJoined');
  expect((await forgotten.closed).code).toBe(4410);
  expect(forgotten.of('Error')).toMatchObject([{ code: 'TOKEN_EXPIRED' }]);
  renewed.send({ type: 'Message', content: 'still here' });
  await renewed.until('NewMessage');
});

test('REST needs the token in Authorization', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  const at = someLocationId();
  const status = async (path: string, token?: string, body?: object) => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await fetch(`${earshot.a.url}${path}`, {
      headers,
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };
  const message = { location_id: at, user_id: 'ada', username: 'Whoever', content: 'hi' };
  const refused = { status: 401, answer: { error: expect.any(String), code: expect.any(String) } };
  for (const token of [undefined, 'bogus', await signToken('eve')]) {
    expect(await status('/api/messages', token, message)).toEqual(refused);
    expect(await status(`/api/rooms/${at}/join`, token, message)).toEqual(refused);
  }
  expect(await status(`/api/messages/${at}`)).toEqual(refused);
  const token = await signToken('ada');
  expect(await status('/api/messages', token, message)).toMatchObject({ status: 200, answer: { username: 'Ada' } });
  expect(await status(`/api/messages/${at}`, token)).toMatchObject({ status: 200, answer: [{ content: 'hi' }] });
});

test('with ALLOWED_ORIGINS a page of another origin is rejected, at the upgrade and by CORS; a program is not', async () => {
  await using earshot = await startEmbedded({ env: { ALLOWED_ORIGINS: 'https://chat.example' } });
  const { url } = earshot.a;
  const evil = { origin: 'https://evil.example' };
  expect(await refusedUpgrade(url, { path: '/ws/lobby', headers: evil })).toMatchObject({ status: 403 });
  using page = await openLegacy(url, 'lobby', { headers: { origin: 'https://chat.example' } });
  using program = await openLegacy(url, 'lobby');
  for (const { ws } of [page, program]) expect(ws.readyState).toBe(ws.OPEN);
  const response = await fetch(`${url}/api/messages/lobby`, { headers: evil });
  expect(response.headers.get('access-control-allow-origin')).not.toBe(evil.origin);
  expect(response.headers.get('access-control-allow-origin')).not.toBe('*');
});

test('without it any page may use both if tokens are checked, preflight included', async () => {
  await using earshot = await startEmbedded({ env: checkedTokens });
  const origin = 'https://any.example';
  using page = await openLegacy(earshot.a.url, 'lobby', { headers: { origin } });
  expect(page.ws.readyState).toBe(page.ws.OPEN);
  const preflight = await fetch(`${earshot.a.url}/api/messages`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,authorization',
    },
  });
  expect(preflight.ok).toBe(true);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  const read = await fetch(`${earshot.a.url}/api/messages/lobby`, { headers: { origin } });
  expect(read.status).toBe(401);
  expect(read.headers.get('access-control-allow-origin')).toBe('*');
});
