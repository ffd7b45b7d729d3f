import type { Store } from '@earshot/server';
import { expect, test } from 'vitest';
import { eventually } from '../resources/collect.ts';
import { joinLegacy, openLegacy, someLocationId } from '../resources/legacyClient.ts';
import { openRaw } from '../resources/rawSocket.ts';
import { startServer } from '../resources/server.ts';
import { stockClient } from '../resources/stockClient.ts';
import { sqliteSite } from '../resources/stores.ts';

const content = 'x'.repeat(2_000);

interface LongRooms {
  rooms: number;
  /** Messages in each room. */
  missed: number;
  /** No page is read before this resolves. Default: at once. */
  readAfter?: Promise<void>;
}

/** Starts a server with rooms of long messages, of which Ada is a member, and counts the pages of replays whose reads begin. */
async function startWithLongRooms({ rooms, missed, readAfter }: LongRooms, env: Record<string, string>) {
  await using stack = new AsyncDisposableStack();
  const site = stack.use(await sqliteSite());
  const own = await site.open();
  let pages = 0;
  const store: Store = {
    ...own,
    changesSince: async (...args) => {
      pages += 1;
      await readAfter;
      return own.changesSince(...args);
    },
  };
  const roomIds = Array.from({ length: rooms }, someLocationId);
  const ada = { userId: 'ada', username: 'Ada' };
  for (const roomId of roomIds) {
    await own.namedRoom({ roomId, name: roomId, cell: null, createdBy: 'ada' });
    await own.addMember(roomId, ada);
    await Promise.all(Array.from({ length: missed }, () => own.append({ roomId, ...ada, content })));
  }
  const server = stack.use(await startServer({ env: { SEND_RATE: '5', ...env }, drivers: { store } }));
  const owned = stack.move();
  return { server, roomIds, pages: () => pages, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('fifty long replays in one frame, for a client that does not read, are read a few pages at a time', async () => {
  await using long = await startWithLongRooms({ rooms: 50, missed: 200 }, {});
  const { server, roomIds } = long;
  using ada = await openRaw(server.url, { identity: { username: 'Ada', userId: 'ada' }, compression: false });
  ada.ws.pause();
  const watches = roomIds.map((roomId, i) => ({
    id: 10 + i,
    method: 'subscription',
    params: { path: 'rooms.watch', input: { json: { roomId, lastEventId: '0' } } },
  }));
  const frame = JSON.stringify(watches);
  expect(frame.length).toBeLessThan(10_000);
  ada.send(frame);
  await eventually(() => server.stats().watchers === 50 && long.pages() > 0);
  // Other clients are served meanwhile. After that, everything that will be read has been requested.
  using bob = stockClient(server.url, { username: 'Bob' });
  const [roomId = ''] = roomIds;
  await bob.api.rooms.join.mutate({ roomId });
  for (let i = 0; i < 50; i += 1) await bob.api.messages.history.query({ roomId, before: 20 + i, limit: 5 });
  // A socket buffers 1 MiB, and the kernel more, before its watches wait. All replays would be 250 pages.
  expect(long.pages()).toBeLessThan(100);
  ada.ws.terminate();
  await eventually(() => server.stats().watchers === 0);
});

test('replays are charged by their length: they are delayed, and leave a budget for other calls', async () => {
  const slow = { CALL_RATE: '1', CALL_BURST: '1000', SEND_RATE: '1', SEND_BURST: '1' };
  await using long = await startWithLongRooms({ rooms: 20, missed: 200 }, slow);
  const { server, roomIds } = long;
  using ada = stockClient(server.url, { username: 'Ada', userId: 'ada' });
  const watches = roomIds.map((roomId) => ada.watch(roomId, { lastEventId: '0' }));
  const given = () => watches.reduce((sum, { all }) => sum + all.length, 0);
  await eventually(() => given() > 500);
  const [roomId = ''] = roomIds;
  for (let i = 0; i < 20; i += 1) await ada.api.messages.history.query({ roomId, before: 2, limit: 1 });
  await ada.api.messages.send.mutate({ roomId, content: 'still here' });
  // Half of the budget is about twenty pages of 45 of these messages. All replays would be ninety.
  expect(given()).toBeLessThan(1_800);
});

test('while the store is slow, many connections of one user read as many pages as its budget allows, and receive all in the end', async () => {
  const rooms = 60;
  const missed = 45; // a full page
  const stalled = Promise.withResolvers<void>();
  const limits = { CALL_RATE: '500', CALL_BURST: '1000', SEND_BURST: '1' };
  await using long = await startWithLongRooms({ rooms, missed, readAfter: stalled.promise }, limits);
  const { server, roomIds } = long;
  const ada = { userId: 'ada', username: 'Ada' };
  await using stack = new AsyncDisposableStack();
  const watches = roomIds.map((roomId) => stack.use(stockClient(server.url, ada)).watch(roomId, { lastEventId: '0' }));
  await eventually(() => server.stats().watchers === rooms && long.pages() > 0);
  const bob = stack.use(stockClient(server.url, { username: 'Bob' }));
  await bob.api.rooms.join.mutate({ roomId: roomIds[0] ?? '' });
  for (let i = 0; i < 20; i += 1) await bob.api.rooms.get.query({ roomId: roomIds[0] ?? '' });
  // Half of the budget is 20 pages, and each connection reads one.
  expect(long.pages()).toBeLessThan(25);
  stalled.resolve();
  for (const watch of watches) await watch.untilAll(({ length }) => length >= missed);
});

test('a delayed replay loses nothing', async () => {
  const missed = 1_000;
  await using long = await startWithLongRooms({ rooms: 1, missed }, { CALL_RATE: '2000', CALL_BURST: '500' });
  const { server, roomIds } = long;
  using ada = stockClient(server.url, { username: 'Ada', userId: 'ada' });
  const [roomId = ''] = roomIds;
  const watches = Array.from({ length: 4 }, () => ada.watch(roomId, { lastEventId: '0' }));
  for (const watch of watches) {
    const all = await watch.untilAll(({ length }) => length >= missed);
    const numbers = all.flatMap(({ event }) => (event.type === 'message.created' ? [event.message.seq] : []));
    expect(numbers).toEqual(Array.from({ length: missed }, (_, i) => i + 1));
  }
});

test('legacy clients that request the history repeatedly are charged for its length', async () => {
  await using long = await startWithLongRooms({ rooms: 1, missed: 100 }, { CALL_RATE: '1', CALL_BURST: '1000' });
  const { server, roomIds } = long;
  const [roomId = ''] = roomIds;
  using ada = await openLegacy(server.url, roomId);
  for (let i = 0; i < 60; i += 1) ada.send({ type: 'Join', user_id: 'ada', username: 'Ada' });
  await ada.until('Error', ({ code }) => code === 'RATE_LIMITED');
  expect(ada.of('MessageHistory').length).toBeLessThan(40);
  using bob = await joinLegacy(server.url, roomId, 'Bob');
  expect(bob.of('Error')).toEqual([]);
});
