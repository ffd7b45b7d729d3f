import { createEarshotClient } from '@earshot/client';
import type { RoomEvent } from '@earshot/shared';
import { EventSource } from 'eventsource';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { collect } from '../resources/collect.ts';
import { openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';

const secret = 'a secret of at least thirty-two characters';
const env = { JWT_SECRET: secret, HOST: '127.0.0.1', CALL_RATE: '0' };
const leeway = 5;
const backoff = { baseMs: 20, capMs: 100 };

/** A token that ends that many seconds from now, the leeway included. */
const sign = (userId: string, seconds: number) =>
  new SignJWT({ username: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(Math.ceil(Date.now() / 1_000) + seconds - leeway)
    .sign(new TextEncoder().encode(secret));

type Client = ReturnType<typeof createEarshotClient>;

/** Joins Bob’s room with a client of Ada’s and records its messages and the states of its connection. */
async function observe(ada: Client, roomId: string) {
  const contents = collect<string>();
  const statuses = collect<string>();
  ada.connection.subscribe(({ status, error }) => statuses.push(error === null ? status : `${status}: ${error.code}`));
  const types = collect<string>();
  const onEvent = (event: RoomEvent) => {
    types.push(event.type);
    if (event.type === 'message.created') contents.push(event.message.content);
  };
  await ada.watchRoom({ roomId }, { onEvent });
  await types.until((type) => type === 'snapshot');
  return { contents, statuses };
}

/** Bob, who sends a numbered message every few milliseconds until `until` resolves. Resolves to all that he sent. */
async function sendUntil(bob: ReturnType<typeof stockClient>, roomId: string, until: Promise<unknown>) {
  const sent: string[] = [];
  let isDone = false;
  const done = until.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const content = `message ${sent.length}`;
    await bob.api.messages.send.mutate({ roomId, content });
    sent.push(content);
  }
  await done;
  return sent;
}

describe('the client renews its token on the open socket', () => {
  test('ahead of its end, without a gap or a reconnect', async () => {
    await using earshot = await startEmbedded({ env });
    using bob = stockClient(earshot.a.url, { token: await sign('bob', 600) });
    const { room } = await bob.api.rooms.join.mutate({ location: somewhere() });
    const asked = collect<number>();
    const getToken = () => {
      asked.push(performance.now());
      return sign('ada', 4);
    };
    const ada = createEarshotClient({ url: earshot.a.url, getToken, backoff });
    await using _ = { [Symbol.asyncDispose]: () => ada.close() };
    const { contents, statuses } = await observe(ada, room.id);
    const sent = await sendUntil(
      bob,
      room.id,
      asked.untilAll((all) => all.length === 4, 20_000),
    );
    await contents.untilAll((all) => all.length >= sent.length);
    expect(contents.all).toEqual(sent);
    expect(statuses.all.filter((status) => status !== 'open')).toEqual([]);
  });

  test('hundreds of times under traffic', async () => {
    await using earshot = await startEmbedded({ env });
    using bob = stockClient(earshot.a.url, { token: await sign('bob', 600) });
    const { room } = await bob.api.rooms.join.mutate({ location: somewhere() });
    const ada = createEarshotClient({ url: earshot.a.url, token: await sign('ada', 600), backoff });
    await using _ = { [Symbol.asyncDispose]: () => ada.close() };
    const { contents, statuses } = await observe(ada, room.id);
    const renewAll = async () => {
      for (let i = 0; i < 300; i += 1) await ada.trpc.auth.refresh.mutate({ token: await sign('ada', 600) });
    };
    const sent = await sendUntil(bob, room.id, renewAll());
    await contents.untilAll((all) => all.length >= sent.length);
    expect(contents.all).toEqual(sent);
    expect(sent.length).toBeGreaterThan(50);
    expect(statuses.all.filter((status) => status !== 'open')).toEqual([]);
  });
});

test('an event stream ends with its token, and resumes with the next one without a gap', async () => {
  await using earshot = await startEmbedded({ env });
  using bob = stockClient(earshot.a.url, { token: await sign('bob', 600) });
  const { room } = await bob.api.rooms.join.mutate({ location: somewhere() });
  const asked = collect<number>();
  const getToken = () => {
    asked.push(asked.all.length);
    return sign('ada', 3);
  };
  const ada = createEarshotClient({ url: earshot.a.url, getToken, backoff, transport: 'http', EventSource });
  await using _ = { [Symbol.asyncDispose]: () => ada.close() };
  const { contents } = await observe(ada, room.id);
  const streams = asked.all.length;
  const sent = await sendUntil(
    bob,
    room.id,
    asked.untilAll((all) => all.length >= streams + 2, 20_000),
  );
  await contents.untilAll((all) => all.length >= sent.length);
  expect(contents.all).toEqual(sent);
});

test('a legacy socket is renewed by Auth, any number of times, and misses nothing', async () => {
  await using earshot = await startEmbedded({ env });
  const at = someLocationId();
  using ada = await openLegacy(earshot.a.url, at);
  ada.send({ type: 'Join', user_id: 'ada', username: 'Ada', token: await sign('ada', 3) });
  await ada.until('MessageHistory');
  using bob = await openLegacy(earshot.a.url, at);
  bob.send({ type: 'Join', user_id: 'bob', username: 'Bob', token: await sign('bob', 600) });
  await bob.until('MessageHistory');
  const texts = Array.from({ length: 100 }, (_, i) => `message ${i}`);
  for (const content of texts) {
    ada.send({ type: 'Auth', user_id: 'ada', username: 'Ada', token: await sign('ada', 600) });
    bob.send({ type: 'Message', content });
  }
  await ada.until('NewMessage', ({ content }) => content === texts.at(-1));
  expect(ada.of('NewMessage').map(({ content }) => content)).toEqual(texts);
  expect(ada.of('Error')).toEqual([]);
});
