import { createBroker, createLogger } from '@earshot/server';
import type { HistoryPage } from '@earshot/shared';
import { newId } from '@earshot/shared';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../packages/server/src/store/store.ts';
import { eventually } from '../../resources/collect.ts';
import { joinAndWatch } from '../../resources/firstMessage.ts';
import { somewhere } from '../../resources/places.ts';
import { testAccess, testCallRate, testRefusals, testStoreUnavailable } from '../../resources/procedureTests.ts';
import { openRaw } from '../../resources/rawSocket.ts';
import { clusterSettings, deployments, startEmbedded, startServer } from '../../resources/server.ts';
import { sharedDeployment } from '../../resources/sharedDeployment.ts';
import { type StockClient, stockClient } from '../../resources/stockClient.ts';
import { sqliteSite } from '../../resources/stores.ts';
import { transports } from '../../resources/transports.ts';

const makeRoom = async ({ api }: StockClient) => (await api.rooms.join.mutate({ location: somewhere() })).room.id;
const newest = ({ api }: StockClient, roomId: string, limit = 100) => api.messages.history.query({ roomId, limit });
/** Reads from the store, even if the room is watched. */
const wholeRoom = ({ api }: StockClient, roomId: string) =>
  api.messages.history.query({ roomId, after: 0, limit: 100 });

const injection = { $gt: '' };

describe.each(deployments)('messages.history, $name', ({ start }) => {
  const earshot = sharedDeployment(start);

  describe('does', () => {
    test.each(transports)('returns pages before and after a number, oldest first ($transport)', async ({ connect }) => {
      using ada = connect(earshot.a.url, { username: 'Ada' });
      const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
      for (let n = 1; n <= 5; n += 1) await ada.api.messages.send.mutate({ roomId: room.id, content: `${n}` });
      const page = async (query: { before?: number; after?: number; limit?: number }) => {
        const { messages, hasMore } = await ada.api.messages.history.query({ roomId: room.id, ...query });
        return [messages.map(({ content }) => content).join(' '), hasMore];
      };
      expect(await page({})).toEqual(['1 2 3 4 5', false]);
      expect(await page({ limit: 2 })).toEqual(['4 5', true]);
      expect(await page({ limit: 2, before: 4 })).toEqual(['2 3', true]);
      expect(await page({ limit: 2, before: 2 })).toEqual(['1', false]);
      expect(await page({ limit: 2, after: 1 })).toEqual(['2 3', true]);
      expect(await page({ limit: 2, after: 3 })).toEqual(['4 5', false]);
    });

    test('the newest page of a watched room includes messages, edits, deletions and reactions from another instance', async () => {
      using here = stockClient(earshot.a.url, { username: 'Here' });
      using there = stockClient(earshot.b.url, { username: 'There' });
      const roomId = await makeRoom(here);
      await there.api.rooms.join.mutate({ roomId });
      using watch = here.watch(roomId);
      await watch.until(({ event }) => event.type === 'snapshot');
      expect(await newest(here, roomId)).toEqual({ messages: [], hasMore: false });

      const { send, edit, react, delete: remove } = there.api.messages;
      const messages = [];
      for (const content of ['one', 'two', 'three']) messages.push(await send.mutate({ roomId, content }));
      const [one, two, three] = messages.map(({ id }) => ({ roomId, messageId: id }));
      if (!one || !two || !three) throw new Error('there are three');
      await edit.mutate({ ...one, content: 'ONE' });
      await react.mutate({ ...two, emoji: '👍', on: true });
      await remove.mutate(three);
      await watch.until(({ seq }) => seq === 6);

      const page = await newest(here, roomId);
      expect(page).toEqual(await wholeRoom(there, roomId));
      expect(page.messages.map(({ content, deleted }) => [content, deleted])).toEqual([
        ['ONE', false],
        ['two', false],
        ['', true],
      ]);
      expect(await newest(here, roomId, 2)).toEqual({ messages: page.messages.slice(1), hasMore: true });
      for (const client of [here, there]) await client.close();
    });

    test('the newest page of a watched room includes at once every change acknowledged on this instance', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      using bob = stockClient(earshot.a.url, { username: 'Bob' });
      const roomId = await makeRoom(ada);
      await bob.api.rooms.join.mutate({ roomId });
      using watch = ada.watch(roomId);
      await watch.until(({ event }) => event.type === 'snapshot');
      for (let n = 0; n < 150; n += 1) {
        const sent = await ada.api.messages.send.mutate({ roomId, content: `${n}` });
        const pages = await Promise.all([newest(ada, roomId, 3), newest(bob, roomId, 3)]);
        for (const { messages } of pages) expect(messages.at(-1)).toEqual(sent);
      }
      expect(await newest(ada, roomId, 100)).toMatchObject({ hasMore: true });
      for (const client of [ada, bob]) await client.close();
    });
  });

  describe('access', () => {
    testAccess(earshot, 'messages.history', {
      input: { roomId: 'ROOM' },
      callers: {
        'a client without an identity': 'UNAUTHENTICATED',
        'a user outside the room': 'NOT_A_MEMBER',
        'a member': 'allowed',
      },
    });

    test('of a watched room: after a leave on any instance, reads and sends are rejected', async () => {
      using ada = stockClient(earshot.a.url, { username: 'Ada' });
      using bob = stockClient(earshot.a.url, { username: 'Bob' });
      using bobElsewhere = stockClient(earshot.b.url, { username: 'Bob' });
      const roomId = await makeRoom(ada);
      await bob.api.rooms.join.mutate({ roomId });
      using watch = ada.watch(roomId);
      await watch.until(({ event }) => event.type === 'snapshot');
      await bob.api.messages.send.mutate({ roomId, content: 'hello' });
      await newest(bob, roomId);
      await bobElsewhere.api.rooms.leave.mutate({ roomId });
      const refused = { data: { errorCode: 'NOT_A_MEMBER' } };
      await eventually(async () => {
        const answer = await newest(bob, roomId).catch((error: unknown) => error);
        return answer instanceof Error;
      });
      await expect(newest(bob, roomId)).rejects.toMatchObject(refused);
      await expect(bob.api.messages.send.mutate({ roomId, content: 'still here' })).rejects.toMatchObject(refused);
      expect((await newest(ada, roomId)).messages).toHaveLength(1);
      for (const client of [ada, bob, bobElsewhere]) await client.close();
    });
  });

  describe('refuses', () => {
    testRefusals(earshot, 'messages.history', [[{ roomId: newId() }, 'ROOM_NOT_FOUND']]);
  });
});

describe('messages.history does, with other drivers', () => {
  test('a reader that does not watch gets every change acknowledged by another instance, even before its event arrives', async () => {
    const env = clusterSettings();
    const separateBroker = await createBroker({ kind: 'local' }, createLogger('silent'));
    await using a = await startServer({ env });
    await using b = await startServer({ env, drivers: { broker: separateBroker } });
    using ada = stockClient(a.url, { username: 'Ada' });
    using adaElsewhere = stockClient(b.url, { username: 'Ada' });
    using bob = stockClient(b.url, { username: 'Bob' });
    const roomId = await makeRoom(ada);
    using _watch = await joinAndWatch(bob, roomId);
    for (let n = 0; n < 10; n += 1) {
      await newest(bob, roomId);
      const sent = await ada.api.messages.send.mutate({ roomId, content: `${n}` });
      expect((await newest(adaElsewhere, roomId)).messages.at(-1)).toEqual(sent);
    }
  });

  test('is read from the store once for many concurrent requests, with the text that all of them get', async () => {
    await using site = await sqliteSite();
    const store = await site.open();
    const reads = { history: 0, isMember: 0 };
    const counting: Store = {
      ...store,
      history: (...query) => {
        reads.history += 1;
        return store.history(...query);
      },
      isMember: (...query) => {
        reads.isMember += 1;
        return store.isMember(...query);
      },
    };
    await using server = await startServer({ drivers: { store: counting } });
    using ada = stockClient(server.url, { username: 'Ada' });
    const roomId = await makeRoom(ada);
    for (let n = 0; n < 20; n += 1) await ada.api.messages.send.mutate({ roomId, content: `"ü" \u2028 ${n}` });
    using raw = await openRaw(server.url, { identity: { username: 'Ada' } });
    const texts: string[] = [];
    raw.ws.on('message', (data) => texts.push(String(data)));
    const ask = async (id: number | string, more = {}) => {
      raw.send({ id, method: 'query', params: { path: 'messages.history', input: { json: { roomId } } }, ...more });
      await raw.frames.until((frame) => JSON.stringify(frame).startsWith(`{"id":${JSON.stringify(id)},`));
      return texts.at(-1);
    };
    const fromStore = await ask(1);
    expect(reads.history).toBe(1);
    raw.send({ id: 'watch', method: 'subscription', params: { path: 'rooms.watch', input: { json: { roomId } } } });
    await raw.frames.until((frame) => JSON.stringify(frame).includes('"snapshot"'));
    await ask(2);
    const before = { ...reads };
    for (const id of [3, 4, 'text']) {
      expect(await ask(id)).toBe(fromStore?.replace('{"id":1,', `{"id":${JSON.stringify(id)},`));
    }
    expect(await ask(5, { jsonrpc: '2.0' })).toBe(fromStore?.replace('{"id":1,', '{"id":5,"jsonrpc":"2.0",'));
    expect(reads).toEqual(before);

    const url = new URL(`${server.url}/trpc/messages.history`);
    url.searchParams.set('input', JSON.stringify({ json: { roomId } }));
    const answer = await fetch(url, { headers: { 'x-earshot-username': 'Ada' } });
    const page: { result: { data: { json: HistoryPage } } } = JSON.parse(await answer.text());
    expect(page.result.data).toEqual(JSON.parse(fromStore ?? '').result.data);
    expect(page.result.data.json.messages).toHaveLength(20);
    expect(reads.history).toBe(2); // a single request is not a watch
    await ada.close();
  });
});

describe('messages.history refuses, embedded', () => {
  const earshot = sharedDeployment(startEmbedded);

  testRefusals(earshot, 'messages.history', [
    [{ roomId: 'ROOM', limit: 0 }, 'INVALID_INPUT', 'limit'],
    [{ roomId: 'ROOM', limit: 101 }, 'INVALID_INPUT', 'limit'],
    [{ roomId: 'ROOM', before: 1, after: 1 }, 'INVALID_INPUT', 'before'],
    [{ roomId: 'ROOM', before: injection }, 'INVALID_INPUT', 'before'],
  ]);

  testCallRate('messages.history', { roomId: newId() });
  testStoreUnavailable('messages.history', { roomId: newId() });
});
