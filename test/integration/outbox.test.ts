import {
  createEarshotClient,
  type EarshotClientOptions,
  type OutboxStore,
  type RoomState,
  type RoomTarget,
  type StoredMessage,
  type WatchOptions,
} from '@earshot/client';
import { describe, expect, test } from 'vitest';
import { collect, eventually } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { somewhere } from '../resources/places.ts';
import { startEmbedded, startServer } from '../resources/server.ts';

function connect(options: EarshotClientOptions) {
  const client = createEarshotClient({ backoff: { baseMs: 20, capMs: 100 }, ...options });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

async function watch(client: ReturnType<typeof connect>, target: RoomTarget, options: WatchOptions = {}) {
  const states = collect<RoomState>();
  const room = await client.watchRoom(target, { ...options, onChange: states.push });
  states.push(room.state.get());
  await states.until(({ position }) => position !== null);
  return { room, states };
}

/** A store that outlives clients, as a browser's does. It returns copies. */
function sharedStore(): OutboxStore & { stored: Map<string, StoredMessage> } {
  const stored = new Map<string, StoredMessage>();
  return {
    stored,
    load: async () => structuredClone([...stored.values()]),
    put: async (message) => void stored.set(message.clientMessageId, structuredClone(message)),
    remove: async (clientMessageId) => void stored.delete(clientMessageId),
  };
}

const texts = (messages: readonly { content: string }[]) => messages.map(({ content }) => content);

test('the next client sends the messages of the previous one, in order and once, after a restart of the server', async () => {
  await using data = await dataFolder();
  const env = { DATA_DIR: data.path };
  const outboxStore = sharedStore();
  const first = await startServer({ env });
  const url = first.url;
  const before = connect({ url, username: 'Ada', outboxStore });
  const { room } = await watch(before, { location: somewhere() });
  await room.send('before');
  await first.close();
  for (const text of ['one', 'two', 'three']) void room.send(text);
  await eventually(() => outboxStore.stored.size === 3);
  expect(before.waiting.get()).toBe(3);
  await before.close();
  expect(outboxStore.stored.size).toBe(3);

  // One message per second, so that pending messages can be checked.
  const limits = { SEND_RATE: '1', SEND_BURST: '1' };
  await using second = await startServer({ env: { ...env, ...limits, PORT: new URL(url).port } });
  await using after = connect({ url: second.url, username: 'Ada', outboxStore });
  const { room: again, states } = await watch(after, { roomId: room.room.id });
  expect(texts(again.state.get().pending)).toContain('three');
  const { pending: limited } = await states.until(({ pending }) => pending.some(({ delay }) => delay !== null));
  expect(limited[0]?.delay).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) });
  void again.send('four');
  await states.until(({ pending, messages }) => pending.length === 0 && texts(messages).includes('four'));
  expect(texts(again.state.get().messages)).toEqual(['before', 'one', 'two', 'three', 'four']);
  await eventually(() => outboxStore.stored.size === 0);
  expect(after.waiting.get()).toBe(0);
});

test('left messages are sent first, even if the store is slower than joining a room', async () => {
  await using earshot = await startEmbedded();
  const { url } = earshot.a;
  const place = somewhere();
  const store = sharedStore();
  await using bob = connect({ url, username: 'Bob' });
  const { room, states } = await watch(bob, { location: place });
  await store.put({
    clientMessageId: 'left',
    roomId: room.room.id,
    content: 'old',
    sentAt: new Date(),
    sender: 'name Ada',
  });
  const load = Promise.withResolvers<void>();
  const slow: OutboxStore = { ...store, load: (...given) => load.promise.then(() => store.load(...given)) };
  await using ada = connect({ url, username: 'Ada', outboxStore: slow });
  const entered = ada.watchRoom({ location: place });
  await eventually(() => ada.connection.get().status === 'open');
  await ada.trpc.rooms.nearby.query({ location: place }); // answered after the join
  load.resolve();
  void (await entered).send('new');
  const { messages } = await states.until((state) => state.messages.length === 2);
  expect(texts(messages)).toEqual(['old', 'new']);
});

test('two clients that share a store and a user send left messages once', async () => {
  await using earshot = await startEmbedded();
  await using reader = connect({ url: earshot.a.url, username: 'Bob' });
  const { room, states } = await watch(reader, { location: somewhere() });
  const outboxStore = sharedStore();
  {
    await using proxy = await openFlakyProxy(earshot.a.url);
    await using gone = connect({ url: proxy.url, username: 'Ada', outboxStore });
    const { room: left } = await watch(gone, { roomId: room.room.id });
    proxy.cut();
    for (const text of ['one', 'two', 'three', 'four', 'five']) void left.send(text);
  }
  expect(outboxStore.stored.size).toBe(5);
  await using a = connect({ url: earshot.a.url, username: 'Ada', outboxStore });
  await using b = connect({ url: earshot.a.url, username: 'Ada', outboxStore });
  await states.until(({ messages }) => messages.length === 5);
  await eventually(() => a.waiting.get() === 0 && b.waiting.get() === 0);
  const { messages } = await reader.trpc.messages.history.query({ roomId: room.room.id });
  expect(texts(messages)).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(outboxStore.stored.size).toBe(0);
});

test('a message that was stored but not acknowledged does not arrive twice', async () => {
  await using earshot = await startEmbedded();
  const outboxStore = sharedStore();
  const forgetful: OutboxStore = { ...outboxStore, remove: () => Promise.reject(new Error('away')) };
  const log: string[] = [];
  const before = connect({
    url: earshot.a.url,
    username: 'Ada',
    outboxStore: forgetful,
    log: (line) => log.push(line),
  });
  const { room } = await watch(before, { location: somewhere() });
  await room.send('here already');
  await before.close();
  expect(log).toContain('outbox store: removing a message failed: Error: away');
  await using after = connect({ url: earshot.a.url, username: 'Ada', outboxStore });
  const { room: again } = await watch(after, { roomId: room.room.id });
  await eventually(() => outboxStore.stored.size === 0);
  await again.send('new');
  await eventually(() => again.state.get().pending.length === 0);
  expect(texts(again.state.get().messages)).toEqual(['here already', 'new']);
});

describe('messages of one user', () => {
  test('are not sent by another user, and remain until the user returns', async () => {
    await using earshot = await startEmbedded();
    const outboxStore = sharedStore();
    const { url } = earshot.a;
    const place = somewhere();
    await using proxy = await openFlakyProxy(url);
    const adasRoom = connect({ url: proxy.url, username: 'Ada', outboxStore });
    const { room } = await watch(adasRoom, { location: place });
    proxy.cut();
    void room.send("Ada's");
    await adasRoom.close();
    {
      await using bob = connect({ url, username: 'Bob', outboxStore });
      const { room: bobsRoom } = await watch(bob, { location: place });
      await bobsRoom.send("Bob's");
      expect(bob.waiting.get()).toBe(0);
      expect(texts(bobsRoom.state.get().messages)).toEqual(["Bob's"]);
    }
    await using back = connect({ url, username: 'Ada', outboxStore });
    const { states } = await watch(back, { location: place });
    const seen = await states.until(({ messages }) => messages.length === 2);
    expect(seen.messages.map(({ username, content }) => [username, content])).toEqual([
      ['Bob', "Bob's"],
      ['Ada', "Ada's"],
    ]);
  });

  test('can’t be identified without a user id', () => {
    const options = { url: 'http://localhost:1', outboxStore: sharedStore() };
    expect(() => createEarshotClient({ ...options, token: 'any' })).toThrow(/^outboxStore: needs `userId`/);
    expect(() => createEarshotClient(options)).toThrow(TypeError);
  });
});

test('a message that the server rejects stays failed in later clients, until it is dropped', async () => {
  await using earshot = await startEmbedded({ env: { ALLOW_GUESTS: 'true' } });
  const outboxStore = sharedStore();
  const { url } = earshot.a;
  await using unidentified = connect({ url });
  const { token, user } = await unidentified.trpc.auth.guest.mutate({ username: 'Ada' });
  const identity = { url, token, userId: user.userId, outboxStore };
  const before = connect(identity);
  const { room } = await watch(before, { location: somewhere() });
  await expect(room.send('x'.repeat(2_001))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LONG' });
  await before.close();

  await using after = connect(identity);
  const { room: again, states } = await watch(after, { roomId: room.room.id });
  const { pending } = await states.until((state) => state.pending[0]?.status === 'failed');
  expect(pending).toMatchObject([{ error: { code: 'MESSAGE_TOO_LONG' }, userId: user.userId }]);
  const clientMessageId = pending[0]?.clientMessageId ?? '';
  await expect(again.retry(clientMessageId)).rejects.toMatchObject({ code: 'MESSAGE_TOO_LONG' });
  expect(outboxStore.stored.size).toBe(1);
  expect(again.drop(clientMessageId)).toBe(true);
  expect(again.state.get().pending).toEqual([]);
  expect(outboxStore.stored.size).toBe(0);
});

test('a room that is watched again shows sent and failed messages of an earlier watch', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  const { room } = await watch(ada, { location: somewhere() });
  await expect(room.send('x'.repeat(2_001))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LONG' });
  room.close();
  const { room: again } = await watch(ada, { roomId: room.room.id });
  expect(again.state.get().pending).toMatchObject([{ status: 'failed', error: { code: 'MESSAGE_TOO_LONG' } }]);
});

test('trimmed messages are loaded again in their current version', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const { room, states } = await watch(ada, { location: somewhere() });
  for (let i = 1; i <= 6; i += 1) await room.send(`${i}`);
  const first = room.state.get().messages[0];
  room.trim(2);
  expect(texts(room.state.get().messages)).toEqual(['5', '6']);
  expect(room.state.get().hasOlder).toBe(true);
  await room.edit(first?.id ?? '', 'one');
  await room.loadOlder();
  expect(texts(room.state.get().messages)).toEqual(['one', '2', '3', '4', '5', '6']);
  await states.until(({ position }) => position === 7);
  expect(room.state.get().hasOlder).toBe(false);
});
