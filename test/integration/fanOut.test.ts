import { newId, parsePosition } from '@earshot/shared';
import { SignJWT } from 'jose';
import { describe, expect, test, vi } from 'vitest';
import { Outbound } from '../../packages/server/src/transport/sockets/outbound.ts';
import { collect, eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { somewhere } from '../resources/places.ts';
import { openRaw, type RawSocket } from '../resources/rawSocket.ts';
import { clusterSettings, startEmbedded, startServer, type TestServer } from '../resources/server.ts';
import { type StockClient, stockClient } from '../resources/stockClient.ts';

const watching = (id: number | string, roomId: string, more: Record<string, unknown> = {}) => ({
  id,
  method: 'subscription',
  params: { path: 'rooms.watch', input: { json: { roomId, history: 10 } }, ...more },
});

/** A watcher whose frames are collected as text. */
async function openWatch(server: TestServer, roomId: string, subscription: object): Promise<RawSocket & Texts> {
  const raw = await openRaw(server.url, { identity: { username: 'Wanda' } });
  const texts = collect<string>();
  raw.ws.on('message', (data) => texts.push(String(data)));
  raw.send({ id: 'join', method: 'mutation', params: { path: 'rooms.join', input: { json: { roomId } } } });
  await texts.until((text) => text.startsWith('{"id":"join"'));
  raw.send(subscription);
  return Object.assign(raw, { texts });
}

interface Texts {
  texts: ReturnType<typeof collect<string>>;
}

/** The numbers of the changes received with that request id. */
function receivedChanges(all: readonly string[], id: number | string): string[] {
  return all.flatMap((text) => {
    const frame = JSON.parse(text);
    const change = frame.id === id && String(frame.result?.data?.json?.data?.type).startsWith('message.');
    return change ? [String(parsePosition(frame.result.id).seq)] : [];
  });
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

async function sendMany({ api }: StockClient, roomId: string, count: number, content = 'hello'): Promise<void> {
  const sends = Array.from({ length: count }, () => api.messages.send.mutate({ roomId, content }));
  await Promise.all(sends);
}

async function makeRoom({ api }: StockClient): Promise<string> {
  return (await api.rooms.join.mutate({ location: somewhere() })).room.id;
}

const untilShared = (server: TestServer, count: number) => eventually(() => server.stats().sharedWatchers === count);

/** Two instances on the same services. Only one of them shares frames. */
async function startBoth() {
  const env = clusterSettings();
  await using stack = new AsyncDisposableStack();
  const shared = stack.use(await startServer({ env }));
  const plain = stack.use(await startServer({ env, sharedFrames: false }));
  const owned = stack.move();
  return { shared, plain, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/**
 * Causes an event of every type that a watcher can receive. Awaits `untilReacted` before the edit: a watcher that receives both at once
 * gets no event for the reaction, because the edited message contains it.
 */
async function liveALittle(ada: StockClient, roomId: string, untilReacted: () => Promise<unknown>): Promise<void> {
  const { api } = ada;
  const first = await api.messages.send.mutate({ roomId, content: 'first', clientMessageId: newId() });
  await api.presence.typing.mutate({ roomId, isTyping: true });
  const second = await api.messages.send.mutate({ roomId, content: `"ü" \u2028 \u{1f44d} ${'long '.repeat(390)}` });
  await api.messages.react.mutate({ roomId, messageId: first.id, emoji: '\u{1f44d}', on: true });
  await untilReacted();
  await api.messages.edit.mutate({ roomId, messageId: first.id, content: 'edited' });
  await api.messages.delete.mutate({ roomId, messageId: second.id });
  await api.presence.typing.mutate({ roomId, isTyping: false });
  await sendMany(ada, roomId, 100);
  await api.messages.send.mutate({ roomId, content: 'last' });
}

/** Resolves when each socket has received that many events of a reaction. */
const untilReacted = (sockets: readonly Texts[], count = 1) => {
  const areReceived = (all: readonly string[]) =>
    all.filter((text) => text.includes('reaction.changed')).length === count;
  return Promise.all(sockets.map(({ texts }) => texts.untilAll(areReceived)));
};

test('a request id with a long encoding gets its own frames', async () => {
  await using earshot = await startEmbedded();
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const roomId = await makeRoom(ada);
  const id = '\u0001'.repeat(64); // each takes six characters in JSON
  await using long = await openWatch(earshot.a, roomId, watching(id, roomId));
  await using short = await openWatch(earshot.a, roomId, watching('y', roomId));
  await untilShared(earshot.a, 1);
  await sendMany(ada, roomId, 20);
  for (const [watch, own] of [
    [long, id],
    [short, 'y'],
  ] as const) {
    const all = await watch.texts.untilAll((texts) => receivedChanges(texts, own).length >= 20);
    expect(receivedChanges(all, own)).toEqual(numbers(1, 20));
  }
  expect(earshot.a.stats().sharedWatchers).toBe(1);
});

describe('shared frames are equal to those that tRPC writes', () => {
  test.each([
    ['a number', watching(7, '')],
    ['text', watching('a "b" \u00fc', '')],
    ['a JSON-RPC request', { ...watching(1, ''), jsonrpc: '2.0' }],
  ])('character by character, with %s', async (_kind, { id, ...rest }) => {
    await using both = await startBoth();
    using ada = stockClient(both.plain.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    const subscription = { ...rest, ...watching(id, roomId) };
    using shared = await openWatch(both.shared, roomId, subscription);
    using plain = await openWatch(both.plain, roomId, subscription);
    // Both servers deliver earlier events through the slow path.
    await untilShared(both.shared, 1);
    await eventually(() => plain.texts.all.some((text) => text.includes('snapshot')));
    await liveALittle(ada, roomId, () => untilReacted([shared, plain]));
    const story = async ({ texts }: Texts) => {
      await texts.until((text) => text.includes('"last"'));
      const from = texts.all.findIndex((text) => text.includes('"first"'));
      return texts.all.slice(from);
    };
    const received = await story(shared);
    expect(received).toHaveLength(108);
    expect(received).toEqual(await story(plain));
    expect([both.shared.stats().sharedWatchers, both.plain.stats().sharedWatchers]).toEqual([1, 0]);
  });

  test.each([
    ['missed something', '5'],
    ['missed nothing', '20'],
  ])('a stock client that resumes from lastEventId and has %s yields the same', async (_what, lastEventId) => {
    await using both = await startBoth();
    using ada = stockClient(both.plain.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    await sendMany(ada, roomId, 20);
    const servers = [both.shared, both.plain];
    const clients = servers.map(({ url }) => stockClient(url, { username: 'Wanda' }));
    await clients[0]?.api.rooms.join.mutate({ roomId });
    const watches = clients.map((client) => client.watch(roomId, { lastEventId }));
    await eventually(() => servers.every((server) => server.stats().watchers === 1));
    await liveALittle(ada, roomId, () =>
      Promise.all(watches.map((watch) => watch.until(({ event }) => event.type === 'reaction.changed'))),
    );
    const [shared, plain] = await Promise.all(
      watches.map(async (watch) => {
        await watch.until(({ event }) => event.type === 'message.created' && event.message.content === 'last');
        return watch.all.filter(({ event }) => /^(message|reaction)\./.test(event.type));
      }),
    );
    expect(shared).toEqual(plain);
    expect(shared?.map(({ seq }) => String(seq))).toEqual(numbers(Number(lastEventId) + 1, 126));
    expect(both.shared.stats().sharedWatchers).toBe(1);
    for (const client of clients) await client.close();
  });
});

describe('one socket', () => {
  test('two watches of one room: one is stopped during a burst, the other receives everything once', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    using socket = await openWatch(earshot.a, roomId, watching(7, roomId));
    socket.send(watching('x', roomId));
    await untilShared(earshot.a, 2);
    const burst = sendMany(ada, roomId, 400);
    await socket.texts.until((text) => text.startsWith('{"id":7,') && text.includes('message.created'));
    socket.send({ id: 7, method: 'subscription.stop' });
    await burst;
    await socket.texts.untilAll((all) => receivedChanges(all, 'x').length >= 400);
    await socket.texts.until((text) => text === '{"id":7,"result":{"type":"stopped"}}');
    expect(receivedChanges(socket.texts.all, 'x')).toEqual(numbers(1, 400));
    const first = receivedChanges(socket.texts.all, 7);
    expect(first).toEqual(numbers(1, first.length));
    const stopped = socket.texts.all.indexOf('{"id":7,"result":{"type":"stopped"}}');
    expect(socket.texts.all.slice(stopped + 1).some((text) => text.startsWith('{"id":7,'))).toBe(false);
    expect(earshot.a.stats()).toMatchObject({ watchers: 1, sharedWatchers: 1 });
    // The id can be used again.
    socket.send(watching(7, roomId));
    await untilShared(earshot.a, 2);
  });

  test('watches of two rooms receive only their own events', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    const [here, there] = [await makeRoom(ada), await makeRoom(bob)];
    using socket = await openWatch(earshot.a, here, watching('here', here));
    socket.send({
      id: 'join 2',
      method: 'mutation',
      params: { path: 'rooms.join', input: { json: { roomId: there } } },
    });
    await socket.texts.until((text) => text.startsWith('{"id":"join 2"'));
    socket.send(watching('there', there));
    await untilShared(earshot.a, 2);
    await Promise.all([sendMany(ada, here, 200), sendMany(bob, there, 300)]);
    await socket.texts.untilAll(
      (all) => receivedChanges(all, 'here').length + receivedChanges(all, 'there').length >= 500,
    );
    expect(receivedChanges(socket.texts.all, 'here')).toEqual(numbers(1, 200));
    expect(receivedChanges(socket.texts.all, 'there')).toEqual(numbers(1, 300));
    await untilShared(earshot.a, 2);
  });

  test('two concurrent watches receive the same text as separate ones', async () => {
    await using both = await startBoth();
    using ada = stockClient(both.plain.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    const openTwo = async (server: TestServer) => {
      const socket = await openWatch(server, roomId, watching(7, roomId));
      socket.send(watching('x', roomId));
      await eventually(() => socket.texts.all.filter((text) => text.includes('snapshot')).length === 2);
      return socket;
    };
    using shared = await openTwo(both.shared);
    using plain = await openTwo(both.plain);
    await untilShared(both.shared, 2);
    await liveALittle(ada, roomId, () => untilReacted([shared, plain], 2));
    const story = async ({ texts }: Texts, id: number | string) => {
      const own = () => texts.all.filter((text) => JSON.parse(text).id === id);
      await texts.untilAll(() => own().some((text) => text.includes('"last"')));
      return own().slice(own().findIndex((text) => text.includes('"first"')));
    };
    for (const id of [7, 'x']) {
      const received = await story(shared, id);
      expect(received).toHaveLength(108);
      expect(received).toEqual(await story(plain, id));
    }
    expect(both.shared.stats().sharedWatchers).toBe(2);
  });

  test('events of one room are written at once, those of several rooms together', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    using socket = await openWatch(earshot.a, roomId, watching(1, roomId));
    await untilShared(earshot.a, 1);
    using writes = vi.spyOn(Outbound.prototype, 'writeFrames');
    await sendMany(ada, roomId, 1);
    await socket.texts.untilAll((all) => receivedChanges(all, 1).length === 1);
    expect(writes.mock.calls.map(([, more]) => more)).toEqual([false]);
    socket.send(watching(2, roomId));
    await untilShared(earshot.a, 2);
    writes.mockClear();
    await sendMany(ada, roomId, 1);
    await socket.texts.untilAll((all) => receivedChanges(all, 2).length === 1);
    expect(writes.mock.calls.map(([, more]) => more)).toEqual([true, true]);
  });

  test('repeated resumes during a burst: no change is missing, none arrives twice', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    let at = 0;
    let sentCount = 0;
    const burst = (async () => {
      for (; sentCount < 1_200; sentCount += 20) await sendMany(ada, roomId, 20);
    })();
    for (let n = 0; at < 1_200; n += 1) {
      using socket = await openWatch(earshot.a, roomId, watching(n, roomId, { lastEventId: String(at) }));
      const all = await socket.texts.untilAll(
        (texts) => receivedChanges(texts, n).length > 40 || at + receivedChanges(texts, n).length >= 1_200,
      );
      const received = receivedChanges(all, n);
      expect(received).toEqual(numbers(at + 1, at + received.length));
      at += received.length;
    }
    await burst;
  });

  test('receives no typing of its own user, and returns to the fast path', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    const roomId = await makeRoom(ada);
    await bob.api.rooms.join.mutate({ roomId });
    using own = ada.watch(roomId);
    using other = bob.watch(roomId);
    await untilShared(earshot.a, 2);
    await ada.api.presence.typing.mutate({ roomId, isTyping: true });
    await ada.api.messages.send.mutate({ roomId, content: 'done' });
    await Promise.all([own, other].map((watch) => watch.until(({ event }) => event.type === 'message.created')));
    expect(other.all.some(({ event }) => event.type === 'typing')).toBe(true);
    expect(own.all.some(({ event }) => event.type === 'typing')).toBe(false);
    await untilShared(earshot.a, 2);
  });
});

describe('the end of a shared watch', () => {
  test('by leaving the room: the watch ends, those of others continue', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    using bob = stockClient(earshot.a.url, { username: 'Bob' });
    const roomId = await makeRoom(ada);
    await bob.api.rooms.join.mutate({ roomId });
    using staying = ada.watch(roomId);
    using leaving = bob.watch(roomId);
    await untilShared(earshot.a, 2);
    await bob.api.rooms.leave.mutate({ roomId });
    await leaving.untilEnd();
    await ada.api.messages.send.mutate({ roomId, content: 'alone' });
    await staying.until(({ event }) => event.type === 'message.created');
    expect(leaving.all.some(({ event }) => event.type === 'message.created')).toBe(false);
    expect(earshot.a.stats()).toMatchObject({ watchers: 1, sharedWatchers: 1 });
  });

  test('by an expired token: the error follows the last event, then the socket closes with 4410', async () => {
    const secret = 'a secret of more than 32 characters, for tests alone';
    await using earshot = await startEmbedded({ env: { JWT_SECRET: secret, ALLOW_GUESTS: 'true' } });
    const key = new TextEncoder().encode(secret);
    // The server accepts an expired token for five seconds.
    const sign = (until: Date) =>
      new SignJWT({ sub: 'ada', username: 'Ada' })
        .setProtectedHeader({ alg: 'HS256' })
        .setExpirationTime(until)
        .sign(key);
    using other = stockClient(earshot.a.url, { token: await sign(new Date(Date.now() + 60_000)) });
    const roomId = await makeRoom(other);
    using socket = await openRaw(earshot.a.url, { identity: { token: await sign(new Date(Date.now() - 2_500)) } });
    socket.send(watching(1, roomId));
    await untilShared(earshot.a, 1);
    await other.api.messages.send.mutate({ roomId, content: 'in time' });
    await socket.frames.until((frame) => JSON.stringify(frame).includes('in time'));
    expect(earshot.a.stats().sharedWatchers).toBe(1);
    expect((await socket.closed).code).toBe(4410);
    expect(JSON.stringify(socket.frames.all.slice(-2))).toMatch(/TOKEN_EXPIRED.*stopped/);
    await eventually(() => earshot.a.stats().sharedWatchers === 0 && earshot.a.stats().watchers === 0);
  });

  test('by a server that stops during a burst: 1012, and the events before are complete', async () => {
    await using earshot = await startEmbedded();
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    using socket = await openWatch(earshot.a, roomId, watching(1, roomId));
    await untilShared(earshot.a, 1);
    const burst = sendMany(ada, roomId, 300).catch(() => {});
    await socket.texts.until((text) => text.includes('message.created'));
    await earshot.a.close();
    expect((await socket.closed).code).toBe(1012);
    await ada.close();
    await burst;
    const received = receivedChanges(socket.texts.all, 1);
    expect(received).toEqual(numbers(1, received.length));
    expect(earshot.a.stats()).toMatchObject({ watchers: 0, sharedWatchers: 0, openFeeds: 0 });
  });
});

describe('slow readers', () => {
  const env = { MESSAGE_MAX_CHARS: '20000' };
  const content = 'x'.repeat(12_000);

  test('a reader that resumes receives every change once and in order, beyond the ring; others do not wait for it', async () => {
    await using earshot = await startEmbedded({ env });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    using slow = await openWatch(earshot.a, roomId, watching(1, roomId));
    using quick = ada.watch(roomId);
    await untilShared(earshot.a, 2);
    slow.ws.pause();
    for (let sent = 0; sent < 1_500; sent += 10) await sendMany(ada, roomId, 10, content);
    await quick.until(({ seq }) => seq === 1_500);
    expect(earshot.a.stats()).toMatchObject({ watchers: 2, sharedWatchers: 1 });
    slow.ws.resume();
    await slow.texts.untilAll((all) => receivedChanges(all.slice(-1), 1).includes('1500'), 20_000);
    expect(receivedChanges(slow.texts.all, 1)).toEqual(numbers(1, 1_500));
    await untilShared(earshot.a, 2);
    await ada.api.messages.send.mutate({ roomId, content: 'awake' });
    await slow.texts.until((text) => text.includes('awake'));
    expect(receivedChanges(slow.texts.all, 1).at(-1)).toBe('1501');
  }, 60_000);

  test('a reader that stays behind is closed with 4408', async () => {
    await using earshot = await startEmbedded({ env, slowReaders: { timeoutMs: 300 } });
    using ada = stockClient(earshot.a.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    using slow = await openWatch(earshot.a, roomId, watching(1, roomId));
    using quick = ada.watch(roomId);
    await untilShared(earshot.a, 2);
    slow.ws.pause();
    for (let sent = 0; sent < 900; sent += 10) await sendMany(ada, roomId, 10, content);
    await quick.until(({ seq }) => seq === 900);
    const closed = async () =>
      (await (await fetch(`${earshot.a.url}/metrics`)).text()).includes('code="SLOW_CONSUMER"} 1');
    await eventually(closed);
    slow.ws.resume();
    expect((await slow.closed).code).toBe(4408);
    const received = receivedChanges(slow.texts.all, 1);
    expect(received).toEqual(numbers(1, received.length));
    await eventually(() => earshot.a.stats().watchers === 1);
  }, 60_000);
});

test('legacy clients share frames as well, and receive each event once', async () => {
  await using earshot = await startEmbedded();
  const place = someLocationId();
  using ann = await joinLegacy(earshot.a.url, place, 'Ann');
  using ben = await joinLegacy(earshot.a.url, place, 'Ben');
  await untilShared(earshot.a, 2);
  for (let n = 0; n < 50; n++) ann.send({ type: 'Message', content: `${n}` });
  await ben.until('NewMessage', (frame) => frame.content === '49');
  const texts = (client: typeof ann) => client.of('NewMessage').map((frame) => frame.content);
  expect(texts(ben)).toEqual(Array.from({ length: 50 }, (_, n) => String(n)));
  await ann.until('NewMessage', (frame) => frame.content === '49');
  expect(texts(ann)).toEqual(texts(ben));
  await untilShared(earshot.a, 2);
});

test('much coming and going leaves nothing', async () => {
  await using earshot = await startEmbedded();
  using ada = stockClient(earshot.a.url, { username: 'Ada' });
  const roomId = await makeRoom(ada);
  let talking = true;
  const burst = (async () => {
    while (talking) await ada.api.messages.send.mutate({ roomId, content: 'on and on' });
  })();
  await Promise.all(
    Array.from({ length: 60 }, async (_, n) => {
      const socket = await openWatch(earshot.a, roomId, watching(n, roomId));
      await socket.texts.untilAll((all) => receivedChanges(all, n).length > n % 7);
      if (n % 3 === 0) socket.ws.terminate();
      else if (n % 3 === 1) socket.ws.close();
      else socket.send({ id: n, method: 'subscription.stop' });
      if (n % 3 === 2) {
        await socket.texts.until((text) => text.includes('stopped'));
        socket.ws.close();
      }
      await socket.closed;
      const received = receivedChanges(socket.texts.all, n);
      expect(received).toEqual(numbers(Number(received[0]), Number(received.at(-1))));
    }),
  );
  talking = false;
  await burst;
  await ada.close();
  await eventually(() => {
    const { sockets, openFeeds, watchers, sharedWatchers: left } = earshot.a.stats();
    return sockets + openFeeds + watchers + left === 0;
  });
});
