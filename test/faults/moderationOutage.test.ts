import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { httpClient } from '../resources/httpClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startPair, type TestServer } from '../resources/server.ts';
import { type StockClient, stockClient, type Watch } from '../resources/stockClient.ts';
import { issuedTokens, issueToken, signModerator } from '../resources/tokens.ts';
import { startRedis } from '../services/redis.ts';

/** What is promised while Redis is down, in milliseconds. */
const promisedMs = 10_000;

const server = { type: 'server' } as const;

/** A user in the room, who watches it on that server over the page's protocol, and has a bare socket there. */
async function connectUser({ url }: TestServer, roomId: string, name: string) {
  const userId = `${name} ${crypto.randomUUID()}`;
  const token = await issueToken(userId, -60);
  const client = stockClient(url, { token });
  await client.api.rooms.join.mutate({ roomId });
  const watch = client.watch(roomId);
  await watch.until(() => true);
  const raw = await openRaw(url, { identity: { token } });
  raw.send({ id: 1, method: 'query', params: { path: 'auth.session' } });
  await raw.frames.until(() => true);
  return { userId, token, client, watch, raw };
}

const ready = ({ url }: TestServer, status: number) =>
  eventually(async () => (await fetch(`${url}/ready`)).status === status);

const untilRules = (watch: Watch, isClosed: boolean) =>
  watch.until(({ event }) => event.type === 'room.rules' && event.isClosed === isClosed, promisedMs);

const send = ({ api }: StockClient, roomId: string) =>
  api.messages.send.mutate({ roomId, content: 'hi' }).then(
    () => 'sent',
    (error: { data?: { errorCode?: string } }) => error.data?.errorCode,
  );

test('decisions of moderators take effect on the other instance within 10 s while Redis is down, and at once when it is back', async () => {
  await using redis = await startRedis();
  await using earshot = await startPair({ env: { ...issuedTokens, REDIS_URL: redis.url } });
  const { a, b } = earshot;
  using mod = stockClient(a.url, { token: await signModerator('mod') });
  const { room } = await mod.api.rooms.join.mutate({ location: somewhere() });
  const roomId = room.id;
  const [banned, muted, leaving, reader, later] = await Promise.all(
    ['banned', 'muted', 'leaving', 'reader', 'later'].map((name) => connectUser(b, roomId, name)),
  );
  if (!banned || !muted || !leaving || !reader || !later) throw new Error('a user is missing');

  await redis.stop();
  await Promise.all([ready(a, 503), ready(b, 503)]);
  const stoppedAt = performance.now();
  await Promise.all([
    mod.api.moderation.ban.mutate({ scope: server, userId: banned.userId, reason: 'spam' }),
    mod.api.moderation.mute.mutate({ scope: { type: 'room', roomId }, userId: muted.userId }),
    mod.api.moderation.setClosed.mutate({ roomId, on: true }),
    httpClient(a.url, { token: leaving.token }).api.auth.signOutEverywhere.mutate(),
  ]);
  const [ofBanned, ofLeaving] = await Promise.all([
    banned.raw.closed,
    leaving.raw.closed,
    banned.watch.untilEnd(promisedMs),
    leaving.watch.untilEnd(promisedMs),
    muted.watch.until(({ event }) => event.type === 'sanctioned', promisedMs),
    untilRules(reader.watch, true),
  ]);
  expect(performance.now() - stoppedAt).toBeLessThan(promisedMs);
  expect([ofBanned.code, ofLeaving.code]).toEqual([4403, 4401]);
  expect(banned.watch.error).toMatchObject({ data: { errorCode: 'BANNED', reason: 'spam' } });
  expect(leaving.watch.error).toMatchObject({ data: { errorCode: 'TOKEN_REVOKED' } });
  expect(await send(reader.client, roomId)).toBe('ROOM_CLOSED');
  await mod.api.moderation.setClosed.mutate({ roomId, on: false });
  await untilRules(reader.watch, false);
  expect(await send(muted.client, roomId)).toBe('MUTED');
  expect(await send(reader.client, roomId)).toBe('sent');

  await redis.start();
  await Promise.all([ready(a, 200), ready(b, 200)]);
  // What was decided stays, and the next decision takes effect at once.
  expect(await send(muted.client, roomId)).toBe('MUTED');
  const banAt = performance.now();
  await mod.api.moderation.ban.mutate({ scope: server, userId: later.userId });
  expect((await later.raw.closed).code).toBe(4403);
  expect(performance.now() - banAt).toBeLessThan(3_000); // less than the time to the next read of the rules
  for (const { client, raw, watch } of [banned, muted, leaving, reader, later]) {
    watch.stop();
    raw[Symbol.dispose]();
    await client.close();
  }
});
