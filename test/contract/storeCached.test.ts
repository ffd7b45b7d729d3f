import { describe, expect, test, vi } from 'vitest';
import { createInProcessBroker } from '../../packages/server/src/broker/inProcessBroker.ts';
import { CachedStore } from '../../packages/server/src/feed/cache/cachedStore.ts';
import { createHub } from '../../packages/server/src/feed/hub.ts';
import { createLogger } from '../../packages/server/src/observe/logger.ts';
import type { Store } from '../../packages/server/src/store/store.ts';
import { send, sqliteSite } from '../resources/stores.ts';

const roomId = 'plaza';
const ana = { userId: 'ana', username: 'Ana' };
const newest = { limit: 10, allowCached: true };

/** A cached store with a watched room of two messages, the store behind it, and the store of another instance. */
async function watched() {
  await using undo = new AsyncDisposableStack();
  const site = undo.use(await sqliteSite());
  const [database, other] = [await site.open(), await site.open()];
  const broker = undo.adopt(createInProcessBroker(), (part) => part.close());
  const hub = createHub({ database: database, broker, log: createLogger('silent'), checkIntervalMs: 20 });
  undo.defer(() => hub.close());
  const store = new CachedStore(database, hub);
  await store.namedRoom({ roomId, name: 'Plaza', cell: null, createdBy: ana.userId });
  await store.addMember(roomId, ana);
  const messages = [await send(other, roomId), await send(other, roomId)] as const;
  const watch = hub.watch(roomId, { history: 0, signals: [] })[Symbol.asyncIterator]();
  await watch.next();
  const cleanup = undo.move();
  return { store, database, other, hub, messages, [Symbol.asyncDispose]: () => cleanup.disposeAsync() };
}

test('the newest page comes from memory if the caller allows it', async () => {
  await using bench = await watched();
  const { store, messages } = bench;
  const page = await store.history(roomId, newest);
  expect(page.messages).toEqual(messages);
  expect(await store.history(roomId, newest)).toBe(page);
  expect(await store.history(roomId, { limit: 10 })).not.toBe(page);
  expect(await store.history(roomId, { ...newest, after: 1 })).toMatchObject({ messages: [{ seq: 2 }] });
});

describe('a page from memory includes a change of another instance that was observed by', () => {
  const reads: Record<string, (store: Store, messageId: string) => Promise<unknown>> = {
    history: (store) => store.history(roomId, { limit: 1 }),
    historyBefore: (store) => store.historyBefore(roomId, { limit: 1 }),
    snapshot: (store) => store.snapshot(roomId, 0),
    message: (store, messageId) => store.message({ roomId, messageId }),
    changesSince: (store) => store.changesSince(roomId, 2, 10),
    heads: (store) => store.heads([roomId]),
    lastChange: (store) => store.lastChange(roomId, 100),
    newestMessages: (store) => store.newestMessages([roomId], 100),
    'a repeated append': (store) => send(store, roomId, { clientMessageId: 'once' }),
    'a change without effect': (store, messageId) => store.change({ roomId, messageId }, { type: 'delete' }),
    'an append': (store) => send(store, roomId),
    'a change': (store, messageId) => store.change({ roomId, messageId }, { type: 'edit', content: 'changed' }),
  };

  test.each(Object.entries(reads))('%s', async (name, read) => {
    await using bench = await watched();
    const { store, other } = bench;
    await store.history(roomId, newest);
    const sent = await send(other, roomId, { clientMessageId: 'once' });
    if (name.endsWith('without effect')) await other.change({ roomId, messageId: sent.id }, { type: 'delete' });
    await read(store, sent.id);
    const { messages } = await store.history(roomId, newest);
    expect(messages).toEqual((await other.history(roomId, { limit: 10 })).messages);
  });
});

test('a positive membership check is cached until the user leaves, if the caller allows it', async () => {
  await using bench = await watched();
  const { store, database } = bench;
  using lookUp = vi.spyOn(database, 'isMember');
  const check = (userId: string) => store.isMember(roomId, userId, { allowCached: true });
  expect([await check('ana'), await check('ana'), await check('bob'), await check('bob')]).toEqual([
    ...[true, true],
    ...[false, false],
  ]);
  expect(lookUp).toHaveBeenCalledTimes(3);
  await store.isMember(roomId, 'ana');
  expect(lookUp).toHaveBeenCalledTimes(4);
  await store.removeMember(roomId, 'ana');
  expect(await check('ana')).toBe(false);
});

test('a leave whose answer is lost clears the cached membership check', async () => {
  await using bench = await watched();
  const { store, database } = bench;
  const check = () => store.isMember(roomId, 'ana', { allowCached: true });
  expect(await check()).toBe(true);
  const removeMember = database.removeMember.bind(database);
  using _lost = vi.spyOn(database, 'removeMember').mockImplementation(async (...args) => {
    await removeMember(...args);
    throw new Error('no answer');
  });
  await expect(store.removeMember(roomId, 'ana')).rejects.toThrow('no answer');
  expect(await check()).toBe(false);
});

test('nothing is cached for a room without watchers', async () => {
  await using bench = await watched();
  const { store, database, hub } = bench;
  await hub.close();
  await vi.waitFor(() => expect(hub.openFeeds).toBe(0));
  using history = vi.spyOn(database, 'history');
  using lookUp = vi.spyOn(database, 'isMember');
  for (let n = 0; n < 2; n += 1) {
    await store.history(roomId, newest);
    await store.isMember(roomId, 'ana', { allowCached: true });
  }
  expect([history.mock.calls.length, lookUp.mock.calls.length]).toEqual([2, 2]);
});

test('an append passes the feed’s head of the log to the store', async () => {
  await using bench = await watched();
  const { store, database, hub } = bench;
  const message = await send(store, roomId);
  await hub.publish(roomId, { type: 'message.created', message });
  await vi.waitFor(() => expect(hub.roomCache(roomId)?.headMessage).toEqual(message));
  using append = vi.spyOn(database, 'append');
  await send(store, roomId);
  const findHead = append.mock.calls[0]?.[1];
  expect(findHead?.()).toEqual(message);
  await send(store, 'elsewhere');
  expect(append.mock.calls[1]?.[1]?.()).toBe(undefined);
});
