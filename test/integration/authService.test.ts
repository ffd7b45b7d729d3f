import { pino } from 'pino';
import { expect, test } from 'vitest';
import { hang, json, startAuthService } from '../resources/authService.ts';
import { eventually } from '../resources/collect.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const users = {
  adas: { user_id: 'ada', username: 'Ada' },
  bobs: { sub: 'bob', name: 'Bob', exp: Math.floor(Date.now() / 1_000) + 3_600 },
};
const envFor = ({ url }: { url: string }) => ({ AUTH_SERVICE_URL: url, HOST: '127.0.0.1' });

/** Calls over HTTP, with a token of its own. */
async function callWith(
  url: string,
  token: string,
): Promise<{ status: number; text: string; retryAfter: string | null }> {
  const response = await fetch(`${url}/trpc/presence.list?input=${encodeURIComponent('{"json":{"roomId":"x"}}')}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
}

test('the service says who a token’s user is, on both wires', async () => {
  await using service = await startAuthService(users);
  await using earshot = await startEmbedded({ env: envFor(service) });
  const { url } = earshot.a;
  using ada = stockClient(url, { token: 'adas', username: 'Eve', userId: 'eve' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  expect(await ada.api.messages.send.mutate({ roomId: room.id, content: 'hi' })).toMatchObject({
    userId: 'ada',
    username: 'Ada',
  });
  using eve = await openRaw(url, { identity: { token: 'eves' } });
  expect((await eve.closed).code).toBe(4401);
  expect(JSON.stringify(eve.frames.all)).toContain('TOKEN_INVALID');
  expect(await callWith(url, 'eves')).toMatchObject({ status: 401, text: expect.stringContaining('TOKEN_INVALID') });

  using legacy = await openLegacy(url, someLocationId());
  legacy.send({ type: 'Join', user_id: 'ada', username: 'Ada', token: 'bobs' });
  expect(await legacy.until('Error')).toMatchObject({ code: 'TOKEN_INVALID' });
  legacy.send({ type: 'Join', user_id: 'bob', username: 'Whoever', token: 'bobs' });
  await legacy.until('MessageHistory');
  legacy.send({ type: 'Message', content: 'hi' });
  expect(await legacy.until('NewMessage')).toMatchObject({ user_id: 'bob', username: 'Bob' });
  expect(service.asked).toEqual(['adas', 'eves', 'bobs']);
  expect(await (await fetch(`${url}/page.json`)).json()).toMatchObject({ auth: 'service', guests: false });
});

test('while the service is down, open sockets stay identified and new ones are refused; it recovers within five seconds', async () => {
  await using service = await startAuthService(users);
  await using earshot = await startEmbedded({ env: envFor(service) });
  const { url } = earshot.a;
  const at = someLocationId();
  using ada = stockClient(url, { token: 'adas' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  using watch = ada.watch(room.id);
  await watch.until(({ event }) => event.type === 'snapshot');
  using old = await openLegacy(url, at);
  old.send({ type: 'Join', user_id: 'ada', username: 'Ada', token: 'adas' });
  await old.until('MessageHistory');

  await service.stop();
  const send = (content: string) => ada.api.messages.send.mutate({ roomId: room.id, content });
  for (let i = 0; i < 10; i += 1) {
    expect(await callWith(url, `new${i}`)).toMatchObject({
      status: 503,
      text: expect.stringContaining('AUTH_UNAVAILABLE'),
      retryAfter: '1',
    });
  }
  using bob = await openRaw(url, { identity: { token: 'bobs' } });
  expect((await bob.closed).code).toBe(1013);
  expect(JSON.stringify(bob.frames.all)).toContain('AUTH_UNAVAILABLE');
  using legacy = await openLegacy(url, at);
  for (let i = 0; i < 6; i += 1) legacy.send({ type: 'Join', user_id: 'bob', username: 'Bob', token: 'bobs' });
  await eventually(() => legacy.of('Error').length === 6);
  expect(new Set(legacy.of('Error').map(({ code }) => code))).toEqual(new Set(['AUTH_UNAVAILABLE']));
  await send('still here');
  await watch.until(({ event }) => event.type === 'message.created' && event.message.content === 'still here');
  old.send({ type: 'Message', content: 'here too' });
  await old.until('NewMessage');
  expect((await callWith(url, 'adas')).text).toContain('ROOM_NOT_FOUND'); // it is cached

  await service.restart();
  const backAt = performance.now();
  await eventually(async () => (await callWith(url, 'bobs')).text.includes('ROOM_NOT_FOUND'));
  expect(performance.now() - backAt).toBeLessThan(5_000);
  legacy.send({ type: 'Join', user_id: 'bob', username: 'Bob', token: 'bobs' });
  await legacy.until('MessageHistory');
});

test('a service that hangs: calls end in time, whatever their number, and its requests are bounded', async () => {
  await using service = await startAuthService(users);
  service.answer = hang;
  await using earshot = await startEmbedded({ env: envFor(service) });
  const { url } = earshot.a;
  // The service never answers, so a call that ends has ended by its time limit.
  const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => callWith(url, `token${i}`)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  // 50 of one address at a time, and as many again if the calls arrive over more than the time limit of a request.
  expect(service.asked.length).toBeLessThanOrEqual(100);
  const asked = service.asked.length;
  await eventually(async () => {
    await callWith(url, `late${Math.random()}`);
    return service.asked.length > asked; // the first requests have ended
  });

  service.answer = json({ user_id: 'ada' });
  const backAt = performance.now();
  await eventually(async () => (await callWith(url, 'token')).text.includes('ROOM_NOT_FOUND'));
  expect(performance.now() - backAt).toBeLessThan(5_000);
});

test.each([
  ['a redirect', 302, ''],
  ['malformed', 200, '{"user_id":'],
  ['without a user id', 200, '{"username":"ada"}'],
  ['too long', 200, JSON.stringify({ user_id: 'ada', username: 'x'.repeat(100_000) })],
])('an answer that is %s gives no identity; the log says why, without the token', async (_what, status, body) => {
  await using service = await startAuthService();
  service.answer = (_request, response) =>
    void response
      .writeHead(status, { location: `http://${_request.headers.host}/`, 'content-type': 'application/json' })
      .end(body);
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  await using earshot = await startEmbedded({ env: envFor(service), log });
  expect((await callWith(earshot.a.url, 'very.secret')).text).toContain('AUTH_UNAVAILABLE');
  expect(lines.join('')).toContain('the authentication service');
  expect(lines.join('')).not.toContain('secret');
});

test('guests of this server, beside users of the service', async () => {
  await using service = await startAuthService({ forged: { user_id: 'guest-0b0e7a3c-54b1-4a39-9d5e-6a1f2c3d4e5f' } });
  const env = { ...envFor(service), ALLOW_GUESTS: 'true', JWT_SECRET: 'a secret of at least thirty-two characters' };
  await using earshot = await startEmbedded({ env });
  using visitor = stockClient(earshot.a.url, {});
  const { token, user } = await visitor.api.auth.guest.mutate({ username: 'Grace' });
  expect((await visitor.api.auth.guest.mutate({ username: 'Grace H.', token })).user.userId).toBe(user.userId);
  await expect(visitor.api.auth.guest.mutate({ username: 'Eve', token: 'forged' })).rejects.toMatchObject({
    data: { errorCode: 'TOKEN_INVALID' },
  });
  expect(service.asked).toEqual([]);
  using grace = stockClient(earshot.a.url, { token });
  const { room } = await grace.api.rooms.join.mutate({ location: somewhere() });
  expect(await grace.api.messages.send.mutate({ roomId: room.id, content: 'hi' })).toMatchObject(user);
  expect((await callWith(earshot.a.url, 'forged')).text).toContain('TOKEN_INVALID');
});

test('the id of a guest is refused from the service, even where there are no guests', async () => {
  await using service = await startAuthService({ forged: { user_id: 'guest-0b0e7a3c-54b1-4a39-9d5e-6a1f2c3d4e5f' } });
  await using earshot = await startEmbedded({ env: envFor(service) });
  expect((await callWith(earshot.a.url, 'forged')).text).toContain('TOKEN_INVALID');
});
