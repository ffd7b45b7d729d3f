// @vitest-environment jsdom
import type { OutboxStore, Readable } from '@earshot/client';
import { useConnectionState, useWaiting } from '@earshot/client/react';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { dataFolder } from '../../resources/dataFolder.ts';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded, startServer } from '../../resources/server.ts';
import { connect, contents, isLive, mountRoom, provide, shows } from './mountRoom.ts';

test('a restart of the server keeps the messages, and those written meanwhile are sent in order', async () => {
  await using folder = await dataFolder();
  const env = { DATA_DIR: folder.path };
  const first = await startServer({ env });
  await using ada = connect({ url: first.url, username: 'Ada' });
  await using bob = connect({ url: first.url, username: 'Bob' });
  const target = { location: somewhere() };
  using adasRoom = mountRoom(ada, target);
  await adasRoom.until(isLive);
  using bobsRoom = mountRoom(bob, target);
  await bobsRoom.until(isLive);
  await bobsRoom.view.send('before');
  await adasRoom.until(shows('before'));

  await first.close();
  await adasRoom.until(({ status, error }) => status === 'connecting' && error !== null);
  expect(adasRoom.view.messages).toHaveLength(1);
  adasRoom.view.send('meanwhile 1');
  adasRoom.view.send('meanwhile 2');
  await adasRoom.until(({ pending }) => pending.length === 2);
  await using _second = await startServer({ env: { ...env, PORT: new URL(first.url).port } });
  for (const room of [adasRoom, bobsRoom]) {
    await room.until((view) => isLive(view) && shows('before', 'meanwhile 1', 'meanwhile 2')(view));
    await room.until(({ present, error }) => present.length === 2 && error === null);
  }
});

test('a room known by its id can be written to before it is joined, after the messages of an earlier page', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const { room } = await ada.trpc.rooms.join.mutate({ location: somewhere() });
  await using proxy = await openFlakyProxy(earshot.a.url);
  proxy.cut();
  const left = { clientMessageId: 'left', roomId: room.id, content: 'left', sentAt: new Date(), sender: 'name Bob' };
  const outboxStore: OutboxStore = { load: async () => [left], put: async () => {}, remove: async () => {} };
  // Bob is a member, because he left a message. Cleo has never joined.
  await using before = connect({ url: earshot.a.url, username: 'Bob' });
  await before.trpc.rooms.join.mutate({ roomId: room.id });
  await using bob = connect({ url: proxy.url, username: 'Bob', outboxStore });
  await using cleo = connect({ url: proxy.url, username: 'Cleo' });
  using bobsRoom = mountRoom(bob, { roomId: room.id });
  using cleosRoom = mountRoom(cleo, { roomId: room.id }, { strict: true });
  bobsRoom.view.send('new');
  cleosRoom.view.send('hello');
  const waiting = await bobsRoom.until(({ pending }) => pending.length === 2);
  expect(waiting).toMatchObject({ status: 'joining', room: null, pending: [{ content: 'left' }, { content: 'new' }] });
  await cleosRoom.until(({ pending }) => pending.length === 1);
  proxy.mend();
  for (const used of [bobsRoom, cleosRoom]) {
    await used.until((view) => isLive(view) && view.messages.length === 3 && view.pending.length === 0);
  }
  expect(contents(bobsRoom.view).filter((text) => text !== 'hello')).toEqual(['left', 'new']);
});

test('a message to a room that does not exist fails, and can be dropped', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  proxy.cut();
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  using room = mountRoom(ada, { roomId: 'f'.repeat(24) });
  const sent = room.view.send('hello');
  await room.until(({ pending }) => pending.length === 1);
  proxy.mend();
  await expect(sent).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
  const { pending } = await room.until(({ status }) => status === 'stopped');
  expect(pending).toMatchObject([{ status: 'failed' }]);
  expect(room.view.drop(pending[0]?.clientMessageId ?? '')).toBe(true);
  await room.until((view) => view.pending.length === 0);
});

test('a full room is reported, and admits the next user when another leaves', async () => {
  await using earshot = await startEmbedded({ env: { ROOM_CAPACITY: '1' } });
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  await using bob = connect({ url: earshot.a.url, username: 'Bob' });
  const target = { location: somewhere() };
  const adasRoom = mountRoom(ada, target);
  await adasRoom.until(isLive);
  using bobsRoom = mountRoom(bob, target);
  const { status, error } = await bobsRoom.until((view) => view.error !== null);
  expect({ status, code: error?.code, name: error?.name }).toEqual({
    status: 'connecting',
    code: 'ROOM_FULL',
    name: 'EarshotClientError',
  });
  adasRoom.unmount();
  await bobsRoom.until((view) => isLive(view) && view.error === null);
});

test('a delayed join has the reason', async () => {
  await using earshot = await startEmbedded({ env: { SEND_RATE: '1' } });
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const makeRoom = () => ada.trpc.rooms.join.mutate({ location: somewhere() });
  await Promise.all(Array.from({ length: 20 }, makeRoom));
  using room = mountRoom(ada, { location: somewhere() });
  const { status, error } = await room.until((view) => view.error !== null);
  expect({ status, code: error?.code }).toEqual({ status: 'joining', code: 'RATE_LIMITED' });
});

test('the connection and pending messages are reported, but not to unmounted components', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  let listeners = 0;
  const counted = <T,>({ get, subscribe }: Readable<T>): Readable<T> => ({
    get,
    subscribe: (listener) => {
      listeners += 1;
      const unsubscribe = subscribe(listener);
      return () => {
        listeners -= 1;
        unsubscribe();
      };
    },
  });
  const client = {
    ...ada,
    connection: { ...ada.connection, ...counted(ada.connection) },
    waiting: counted(ada.waiting),
  };
  const hook = renderHook(() => ({ connection: useConnectionState(), waiting: useWaiting() }), {
    wrapper: provide(client),
    reactStrictMode: true,
  });
  using room = mountRoom(ada, { location: somewhere() });
  await room.until(isLive);
  await expect.poll(() => hook.result.current).toMatchObject({ connection: { status: 'open' }, waiting: 0 });
  proxy.cut();
  room.view.send('hello');
  await expect.poll(() => hook.result.current).toMatchObject({ connection: { status: 'offline' }, waiting: 1 });
  proxy.mend();
  await expect.poll(() => hook.result.current).toMatchObject({ connection: { status: 'open' }, waiting: 0 });
  expect(listeners).toBe(2);
  hook.unmount();
  expect(listeners).toBe(0);
});

test('without a provider or a client, hooks throw an error that explains it', () => {
  expect(() => renderHook(() => useConnectionState())).toThrow('EarshotProvider');
});
