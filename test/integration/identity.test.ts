import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ErrorCode } from '@earshot/shared';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { pino } from 'pino';
import { describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { openLegacy } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded, startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { checkedTokens, signToken, tokenSecret } from '../resources/tokens.ts';

const withGuests = { ...checkedTokens, ALLOW_GUESTS: 'true' };

const refused = (errorCode: ErrorCode) => ({ data: { errorCode } });

/** Serves the public key once `give` is called. */
async function startKeys() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const { promise: given, resolve: give } = Promise.withResolvers<void>();
  const asked = vi.fn();
  const server = createServer(async (_request, response) => {
    asked();
    await given;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [await exportJWK(publicKey)] }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const token = await new SignJWT({ username: 'Ada' })
    .setProtectedHeader({ alg: 'RS256' })
    .setSubject('ada')
    .setExpirationTime('1h')
    .sign(privateKey);
  const dispose = () => {
    server.close();
    server.closeAllConnections();
  };
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/keys`, token, asked, give, [Symbol.dispose]: dispose };
}

describe('checked tokens', () => {
  test('a client that keeps sending while its token is verified is not read further', async () => {
    using keys = await startKeys();
    await using earshot = await startEmbedded({ env: { JWKS_URL: keys.url, HOST: '127.0.0.1' } });
    const pause = vi.spyOn(WebSocket.prototype, 'pause');
    using _spy = { [Symbol.dispose]: () => pause.mockRestore() };
    using ada = await openRaw(earshot.a.url, { identity: { token: keys.token } });
    await eventually(() => keys.asked.mock.calls.length > 0);
    const calls = 3_000;
    for (let id = 0; id < calls; id += 1) ada.send({ id, method: 'query', params: { path: 'none' } });
    await eventually(() => pause.mock.calls.length > 0);
    expect(ada.frames.all).toEqual([]);
    keys.give();
    await eventually(() => ada.frames.all.length === calls);
    expect(ada.ws.readyState).toBe(WebSocket.OPEN);
  });

  test('a JWKS_URL without an audience, or without an issuer, logs a warning at the start', async () => {
    const warningsWith = async (env: Record<string, string>) => {
      const lines: string[] = [];
      const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
      await using _ = await startEmbedded({ env: { JWKS_URL: 'http://127.0.0.1:1/keys', ...env }, log });
      return lines.flatMap((line) => /JWKS_URL without (\w+)/.exec(line)?.[1] ?? []);
    };
    expect(await warningsWith({})).toEqual(['JWT_AUDIENCE', 'JWT_ISSUER']);
    expect(await warningsWith({ JWT_AUDIENCE: 'earshot' })).toEqual(['JWT_ISSUER']);
    expect(await warningsWith({ JWT_AUDIENCE: 'earshot', JWT_ISSUER: 'https://id.example' })).toEqual([]);
  });

  test('a token determines the user, regardless of other claims', async () => {
    await using earshot = await startEmbedded({ env: withGuests });
    const token = await signToken('ada', '1h');
    using ada = stockClient(earshot.a.url, { token, username: 'Eve', userId: 'eve' });
    const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
    const message = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hi' });
    expect(message).toMatchObject({ userId: 'ada', username: 'Ada' });
  });

  test.each([
    ['a wrong one', async () => `${await signToken('ada', '1h')}x`, 'TOKEN_INVALID', 4401],
    ['an expired one', () => signToken('ada', new Date(Date.now() - 10_000)), 'TOKEN_EXPIRED', 4410],
    [
      'an unsigned one',
      async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ada","exp":4000000000}')}.`,
      'TOKEN_INVALID',
      4401,
    ],
  ])('%s gets its error and close code', async (_case, make, errorCode, close) => {
    await using earshot = await startEmbedded({ env: withGuests });
    using socket = await openRaw(earshot.a.url, { identity: { token: await make() } });
    expect((await socket.closed).code).toBe(close);
    expect(JSON.stringify(socket.frames.all)).toContain(errorCode);
    const response = await fetch(`${earshot.a.url}/trpc/rooms.leave`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await make()}` },
      body: '{"json":{"roomId":"x"}}',
    });
    expect(response.status).toBe(401);
    expect(await response.text()).toContain(errorCode);
  });

  test('while the secret is replaced, users of the former one go on, on both wires', async () => {
    const next = 'the next secret, of more than thirty-two characters';
    await using data = await dataFolder();
    const start = (env: Record<string, string>) => startServer({ env: { ...withGuests, ...env, DATA_DIR: data.path } });
    const location = somewhere();
    const token = await signToken('ada', '1h');
    await using before = await start({});
    using visitor = stockClient(before.url, {});
    const guest = await visitor.api.auth.guest.mutate({ username: 'Grace' });
    await before.close();

    await using during = await start({ JWT_SECRET: next, JWT_SECRET_PREVIOUS: tokenSecret });
    using ada = stockClient(during.url, { token });
    using grace = stockClient(during.url, { token: guest.token });
    const { room } = await ada.api.rooms.join.mutate({ location });
    await grace.api.rooms.join.mutate({ roomId: room.id });
    expect(await grace.api.messages.send.mutate({ roomId: room.id, content: 'hi' })).toMatchObject(guest.user);
    using legacy = await openLegacy(during.url, 'lobby');
    legacy.send({ type: 'Join', user_id: 'ada', username: 'Ada', token });
    await legacy.until('MessageHistory');
    await during.close();

    await using after = await start({ JWT_SECRET: next });
    using late = await openRaw(after.url, { identity: { token } });
    expect((await late.closed).code).toBe(4401);
  });

  test('a name without a token is no identity: only guest calls are allowed', async () => {
    await using earshot = await startEmbedded({ env: withGuests });
    using eve = stockClient(earshot.a.url, { username: 'Eve' });
    const location = somewhere();
    await expect(eve.api.rooms.join.mutate({ location })).rejects.toMatchObject(refused('UNAUTHENTICATED'));
    await expect(eve.api.messages.history.query({ roomId: 'x' })).rejects.toMatchObject(refused('UNAUTHENTICATED'));
    expect(await eve.api.rooms.nearby.query({ location })).toEqual([]);
    const { token, user } = await eve.api.auth.guest.mutate({ username: 'Eve' });
    using guest = stockClient(earshot.a.url, { token });
    const { room } = await guest.api.rooms.join.mutate({ location });
    expect(await eve.api.rooms.get.query({ roomId: room.id })).toMatchObject({ id: room.id });
    expect(await guest.api.messages.send.mutate({ roomId: room.id, content: 'hi' })).toMatchObject(user);
  });

  test('a token that expires on an open socket: the watch gets the error, then the socket closes with 4410', async () => {
    await using earshot = await startEmbedded({ env: withGuests });
    const token = await signToken('ada', new Date()); // it is accepted for five seconds more
    using socket = await openRaw(earshot.a.url, { identity: { token } });
    socket.send({
      id: 1,
      method: 'mutation',
      params: { path: 'rooms.join', input: { json: { location: somewhere() } } },
    });
    const joined = await socket.frames.until((frame) => JSON.stringify(frame).includes('"isNew":true'));
    const roomId = /"id":"([0-9a-f]{24})"/.exec(JSON.stringify(joined))?.[1];
    socket.send({ id: 2, method: 'subscription', params: { path: 'rooms.watch', input: { json: { roomId } } } });
    await socket.frames.until((frame) => JSON.stringify(frame).includes('"snapshot"'));
    expect((await socket.closed).code).toBe(4410);
    expect(socket.frames.all).toContainEqual(
      expect.objectContaining({
        id: 2,
        error: expect.objectContaining({ json: expect.objectContaining({ code: -32001 }) }),
      }),
    );
    expect(JSON.stringify(socket.frames.all)).toContain('TOKEN_EXPIRED');
    await expect(
      stockClient(earshot.a.url, { token: await signToken('ada', '1h') }).api.presence.list.query({
        roomId: roomId ?? '',
      }),
    ).resolves.toEqual([]);
  });
});
