import {
  createEarshotClient,
  type EarshotClientOptions,
  type RoomState,
  type RoomTarget,
  type RoomWatch,
  type WatchOptions,
} from '@earshot/client';
import type { RoomEvent } from '@earshot/shared';
import { EventSource } from 'eventsource';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { type Collected, collect } from '../resources/collect.ts';
import { dataFolder } from '../resources/dataFolder.ts';
import { openFlakyProxy } from '../resources/flakyProxy.ts';
import { north, somewhere } from '../resources/places.ts';
import { deployments, startEmbedded, startServer } from '../resources/server.ts';

const backoff = { baseMs: 20, capMs: 100 };

/** Seconds for which the server accepts an expired token. */
const leeway = 5;

function connect(options: EarshotClientOptions) {
  const client = createEarshotClient({ backoff, ...options });
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** A watched room with all its states and events. */
interface Watched {
  watch: RoomWatch;
  states: Collected<RoomState>;
  events: Collected<RoomEvent>;
}

async function watch(
  client: ReturnType<typeof connect>,
  target: RoomTarget,
  options: WatchOptions = {},
): Promise<Watched> {
  const [states, events] = [collect<RoomState>(), collect<RoomEvent>()];
  const room = await client.watchRoom(target, { ...options, onChange: states.push, onEvent: events.push });
  states.push(room.state.get());
  await states.until(({ position }) => position !== null);
  return { watch: room, states, events };
}

const contents = (state: RoomState) => state.messages.map(({ content }) => content);
const shows =
  (...expected: string[]) =>
  (state: RoomState) =>
    expected.every((content) => contents(state).includes(content)) && state.pending.length === 0;

const transports: { name: string; options: Pick<EarshotClientOptions, 'transport' | 'EventSource'> }[] = [
  { name: 'WebSocket', options: {} },
  { name: 'HTTP and SSE', options: { transport: 'http', EventSource } },
];

describe.each(deployments)('$name', ({ start }) => {
  describe.each(transports)('over $name', ({ options }) => {
    test('two users 800 m apart share a room, lose their connection, reconnect, and miss nothing', async () => {
      await using earshot = await start();
      await using adaLine = await openFlakyProxy(earshot.a.url);
      await using bobLine = await openFlakyProxy(earshot.b.url);
      await using ada = connect({ ...options, url: adaLine.url, username: 'Ada' });
      await using bob = connect({ ...options, url: bobLine.url, username: 'Bob' });
      const place = somewhere();
      const adasRoom = await watch(ada, { location: place });
      const bobsRoom = await watch(bob, { location: north(place, 800) });
      expect(bobsRoom.watch.room.id).toBe(adasRoom.watch.room.id);
      await adasRoom.watch.send('hello');
      await bobsRoom.watch.send('hi');
      await adasRoom.states.until(shows('hello', 'hi'));
      await bobsRoom.states.until(shows('hello', 'hi'));

      adaLine.cut();
      const offline = [adasRoom.watch.send('sent while away 1'), adasRoom.watch.send('sent while away 2')];
      expect(adasRoom.watch.state.get().pending.map(({ content }) => content)).toEqual([
        'sent while away 1',
        'sent while away 2',
      ]);
      await bobsRoom.watch.send('said while she was away');
      await adasRoom.states.until(({ status }) => status === 'connecting');
      adaLine.mend();
      await Promise.all(offline);

      const all = ['hello', 'hi', 'said while she was away', 'sent while away 1', 'sent while away 2'];
      await adasRoom.states.until(shows(...all));
      await bobsRoom.states.until(shows(...all));
      await adasRoom.states.until(({ status, position }) => status === 'live' && position === 5);
      for (const { watch: room, events } of [adasRoom, bobsRoom]) {
        expect(contents(room.state.get())).toEqual(all);
        expect(room.state.get().messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
        expect(room.state.get().error).toBeNull();
        expect(events.all.filter(({ type }) => type === 'message.created')).toHaveLength(5);
        expect(events.all.filter(({ type }) => type === 'snapshot' || type === 'reset')).toHaveLength(1);
      }
    });
  });
});

describe.each(transports)('over $name', ({ options }) => {
  test('every client shows edits, removals and reactions', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ ...options, url: earshot.a.url, username: 'Bob' });
    const adasRoom = await watch(ada, { location: somewhere() });
    const bobsRoom = await watch(bob, { roomId: adasRoom.watch.room.id });
    const message = await adasRoom.watch.send('draft');
    await adasRoom.watch.edit(message.id, 'final');
    await bobsRoom.watch.react(message.id, '👍');
    const seen = await adasRoom.states.until(({ messages }) => messages[0]?.reactions.length === 1);
    expect(contents(seen)).toEqual(['final']);
    await adasRoom.watch.remove(message.id);
    await bobsRoom.states.until(({ messages }) => messages[0]?.deleted === true);
    await expect(bobsRoom.watch.edit(message.id, 'mine')).rejects.toMatchObject({ retry: 'no' });
  });

  test('older pages load back to the first message', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    const { watch: writing } = await watch(ada, { location: somewhere() });
    for (let i = 1; i <= 7; i += 1) await writing.send(`${i}`);
    const { watch: reading } = await watch(ada, { roomId: writing.room.id }, { history: 2 });
    expect(contents(reading.state.get())).toEqual(['6', '7']);
    expect(await reading.loadOlder(3)).toBe(true);
    expect(await Promise.all([reading.loadOlder(3), reading.loadOlder(3)])).toEqual([false, false]);
    expect(contents(reading.state.get())).toEqual(['1', '2', '3', '4', '5', '6', '7']);
  });

  test('others receive typing, which ends with the message', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ ...options, url: earshot.a.url, username: 'Bob' });
    const adasRoom = await watch(ada, { location: somewhere() });
    const bobsRoom = await watch(bob, { roomId: adasRoom.watch.room.id });
    adasRoom.watch.setTyping(true);
    const { typing } = await bobsRoom.states.until((state) => state.typing.length > 0);
    expect(typing.map(({ username }) => username)).toEqual(['Ada']);
    await adasRoom.watch.send('done');
    const after = await bobsRoom.states.until(shows('done'));
    expect(after.typing).toEqual([]);
  });

  test('a message that is rejected permanently stays visible as failed, and does not block the next one', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    const { watch: room } = await watch(ada, { location: somewhere() });
    const [bad, good] = [room.send('x'.repeat(2_001)), room.send('fine')];
    await expect(bad).rejects.toMatchObject({ code: 'MESSAGE_TOO_LONG' });
    await good;
    const { pending } = room.state.get();
    expect(pending).toMatchObject([{ status: 'failed', error: { code: 'MESSAGE_TOO_LONG' } }]);
    expect(room.drop(pending[0]?.clientMessageId ?? '')).toBe(true);
    expect(room.state.get().pending).toEqual([]);
  });

  test('sends beyond the rate limit are delayed, and none is lost', async () => {
    await using earshot = await startEmbedded({ env: { SEND_RATE: '50', SEND_BURST: '2' } });
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    const { watch: room } = await watch(ada, { location: somewhere() });
    const texts = Array.from({ length: 10 }, (_, i) => `${i}`);
    const sent = await Promise.all(texts.map((text) => room.send(text)));
    expect(sent.map(({ content, seq }) => [content, seq])).toEqual(texts.map((text, i) => [text, i + 1]));
  });

  test('a room that is left on another device stops with the reason', async () => {
    await using earshot = await startEmbedded();
    await using phone = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    await using laptop = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    const onPhone = await watch(phone, { location: somewhere() });
    const onLaptop = await watch(laptop, { roomId: onPhone.watch.room.id });
    await onPhone.watch.leave();
    expect(onPhone.watch.state.get()).toMatchObject({ status: 'stopped', error: null });
    const stopped = await onLaptop.states.until(({ status }) => status === 'stopped');
    expect(stopped.error).toMatchObject({ code: 'NOT_A_MEMBER' });
  });

  test('joining a room that does not exist is rejected', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    const refused = ada.watchRoom({ roomId: 'a'.repeat(24) });
    await expect(refused).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  });

  test('a closed client leaves no resources on the server', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    const { states } = await watch(ada, { location: somewhere() });
    await ada.close();
    expect(states.all.at(-1)).toMatchObject({ status: 'stopped', error: null });
    await expect.poll(() => earshot.a.stats()).toMatchObject({ sockets: 0, watchers: 0 });
  });

  test('an expired token is replaced, and the room resumes at its position', async () => {
    const secret = 'a secret of at least thirty-two bytes';
    await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
    const token = (username: string, seconds: number) =>
      new SignJWT({ username })
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject(username)
        .setExpirationTime(new Date(Date.now() + seconds * 1_000))
        .sign(new TextEncoder().encode(secret));
    await using bob = connect({ ...options, url: earshot.a.url, token: await token('Bob', 60) });
    const first = await token('Ada', 4 - leeway);
    let hasExpired = false;
    const getToken = () => (hasExpired ? token('Ada', 60) : first); // so that it can't be renewed ahead of its end
    await using ada = connect({ ...options, url: earshot.a.url, getToken });
    const bobsRoom = await watch(bob, { location: somewhere() });
    const adasRoom = await watch(ada, { roomId: bobsRoom.watch.room.id });
    await adasRoom.states.until(({ error }) => error?.code === 'TOKEN_EXPIRED');
    hasExpired = true;
    await bobsRoom.watch.send('still here?');
    await adasRoom.states.until(shows('still here?'));
    await adasRoom.watch.send('yes');
    await bobsRoom.states.until(shows('still here?', 'yes'));
    await adasRoom.events.until((event) => event.type === 'message.created' && event.message.content === 'yes');
    expect(adasRoom.events.all.filter(({ type }) => type === 'message.created')).toHaveLength(2);
    expect(adasRoom.watch.state.get()).toMatchObject({ status: 'live', error: null });
  });

  test('an expired token that can’t be replaced ends the retries', async () => {
    const secret = 'a secret of at least thirty-two bytes';
    await using earshot = await startEmbedded({ env: { JWT_SECRET: secret } });
    const expiry = new Date((Math.ceil(Date.now() / 1_000) + 4 - leeway) * 1_000);
    const token = await new SignJWT({ username: 'Ada' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('Ada')
      .setExpirationTime(expiry)
      .sign(new TextEncoder().encode(secret));
    await using ada = connect({ ...options, url: earshot.a.url, token });
    const { watch: room, states } = await watch(ada, { location: somewhere() });
    const stopped = await states.until(({ status }) => status === 'stopped');
    expect(stopped.error).toMatchObject({ code: 'TOKEN_EXPIRED', retry: 'no' });
    await expect(room.send('too late')).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(room.state.get().pending).toMatchObject([{ status: 'failed', error: { code: 'TOKEN_EXPIRED' } }]);
    await expect(ada.watchRoom({ roomId: room.room.id })).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    await using late = connect({ ...options, url: earshot.a.url, token });
    await expect(late.watchRoom({ roomId: room.room.id })).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  test('a silent room is live again after a lost connection', async () => {
    await using earshot = await startEmbedded();
    await using proxy = await openFlakyProxy(earshot.a.url);
    await using ada = connect({ ...options, url: proxy.url, username: 'Ada' });
    const { states } = await watch(ada, { location: somewhere() });
    await states.until(({ status }) => status === 'live');
    proxy.cut();
    await states.until(({ status, position }) => status === 'connecting' && position !== null);
    const cut = states.all.length;
    proxy.mend();
    await states.until((state) => states.all.indexOf(state) >= cut && state.status === 'live');
    expect(states.all.at(-1)).toMatchObject({ status: 'live', error: null });
  });

  test('a client waits for a full room, which is never live before it is admitted', async () => {
    await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
    await using ada = connect({ ...options, url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ ...options, url: earshot.a.url, username: 'Bob' });
    const { watch: adasRoom } = await watch(ada, { location: somewhere() });
    const states = collect<RoomState>();
    const bobsRoom = await bob.watchRoom({ roomId: adasRoom.room.id }, { onChange: states.push });
    const refused = await states.until(({ error }) => error !== null);
    expect(refused).toMatchObject({ status: 'connecting', error: { code: 'ROOM_FULL' } });
    adasRoom.close();
    await states.until(({ position }) => position !== null);
    expect(states.all.filter(({ status }) => status === 'live').length).toBeGreaterThan(0);
    const firstLive = states.all.findIndex(({ status }) => status === 'live');
    expect(states.all.slice(firstLive).every(({ status }) => status === 'live')).toBe(true);
    expect(bobsRoom.state.get().error).toBeNull();
  });

  test('clients reconnect to a restarted server', async () => {
    await using data = await dataFolder();
    const env = { DATA_DIR: data.path };
    const first = await startServer({ env });
    await using ada = connect({ ...options, url: first.url, username: 'Ada' });
    const adasRoom = await watch(ada, { location: somewhere() });
    await adasRoom.watch.send('before');
    await first.close();
    const sent = adasRoom.watch.send('after');
    await using _second = await startServer({ env: { ...env, PORT: new URL(first.url).port } });
    ada.connection.retryNow(); // instead of a random wait within the window that the server sent
    await sent;
    const state = await adasRoom.states.until(shows('before', 'after'));
    expect(contents(state)).toEqual(['before', 'after']);
    await expect.poll(() => adasRoom.watch.state.get()).toMatchObject({ status: 'live', position: 2 });
  });
});

test('an invalid token is reported, and calls with it fail', async () => {
  await using earshot = await startEmbedded({ env: { JWT_SECRET: 'a secret of at least thirty-two bytes' } });
  await using eve = connect({ url: earshot.a.url, token: 'not a token' });
  await expect(eve.watchRoom({ location: somewhere() })).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  await expect.poll(() => eve.connection.get().error?.code).toBe('TOKEN_INVALID');
});
