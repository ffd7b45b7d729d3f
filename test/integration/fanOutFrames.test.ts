import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, someLocationId } from '../resources/legacyClient.ts';
import { clusterSettings, startEmbedded, startServer, type TestServer } from '../resources/server.ts';
import {
  makeRoom,
  numbers,
  openWatch,
  receivedChanges,
  sendMany,
  startRoom,
  type Texts,
  untilShared,
  watching,
} from '../resources/sharedWatches.ts';
import { type StockClient, stockClient } from '../resources/stockClient.ts';

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
async function causeEveryEvent(ada: StockClient, roomId: string, untilReacted: () => Promise<unknown>): Promise<void> {
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
  await using room = await startRoom();
  const { server, ada, roomId } = room;
  const id = '\u0001'.repeat(64); // each takes six characters in JSON
  await using long = await room.openWatch(id);
  await using short = await room.openWatch('y');
  await untilShared(server, 1);
  await sendMany(ada, roomId, 20);
  for (const [watch, own] of [
    [long, id],
    [short, 'y'],
  ] as const) {
    const all = await watch.texts.untilAll((texts) => receivedChanges(texts, own).length >= 20);
    expect(receivedChanges(all, own)).toEqual(numbers(1, 20));
  }
  expect(server.stats().sharedWatchers).toBe(1);
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
    await causeEveryEvent(ada, roomId, () => untilReacted([shared, plain]));
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
  ])('a stock client that resumes from lastEventId and has %s yields the same', async (_case, lastEventId) => {
    await using both = await startBoth();
    using ada = stockClient(both.plain.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    await sendMany(ada, roomId, 20);
    const servers = [both.shared, both.plain];
    const clients = servers.map(({ url }) => stockClient(url, { username: 'Wanda' }));
    await clients[0]?.api.rooms.join.mutate({ roomId });
    const watches = clients.map((client) => client.watch(roomId, { lastEventId }));
    await eventually(() => servers.every((server) => server.stats().watchers === 1));
    await causeEveryEvent(ada, roomId, () =>
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
    await causeEveryEvent(ada, roomId, () => untilReacted([shared, plain], 2));
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
