// @vitest-environment jsdom
import type { RoomEvent, RoomTarget } from '@earshot/client';
import { EarshotProvider, useRoom } from '@earshot/client/react';
import { render } from '@testing-library/react';
import { Suspense } from 'react';
import { describe, expect, test } from 'vitest';
import { collect } from '../../resources/collect.ts';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, contents, isLive, mountRoom, provide, shows } from './people.ts';

function Status({ target }: { target: RoomTarget }) {
  return useRoom(target).status;
}

function Waiting({ target }: { target: RoomTarget }): never {
  useRoom(target);
  throw new Promise(() => {});
}

test('two users receive each other’s messages live', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  await using bob = connect({ url: earshot.a.url, username: 'Bob' });
  const location = somewhere();
  using adasRoom = mountRoom(ada, { location });
  expect(adasRoom.view).toMatchObject({ status: 'joining', room: null, messages: [], error: null });
  await adasRoom.until(isLive);
  using bobsRoom = mountRoom(bob, { location: north(location, 800) });
  await bobsRoom.until(isLive);
  expect(adasRoom.view.isNew).toBe(true);
  expect(bobsRoom.view.isNew).toBe(false);
  expect(bobsRoom.view.room?.id).toBe(adasRoom.view.room?.id);

  await adasRoom.view.send('hello');
  await bobsRoom.until(shows('hello'));
  const message = await bobsRoom.view.send('hi');
  await adasRoom.until(shows('hello', 'hi'));
  await adasRoom.view.react(message.id, '👍');
  await bobsRoom.until(({ messages }) => messages[1]?.reactions.length === 1);
  await bobsRoom.view.edit(message.id, 'hi, Ada');
  await adasRoom.until(shows('hello', 'hi, Ada'));
  await bobsRoom.view.remove(message.id);
  await adasRoom.until(({ messages }) => messages[1]?.deleted === true);
  bobsRoom.view.setTyping(true);
  await adasRoom.until(({ typing }) => typing[0]?.username === 'Bob');
  expect(adasRoom.view.userCount).toBe(2);
});

test('a sent message is shown at once, once in every rendering, and is acknowledged', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  using room = mountRoom(ada, { location: somewhere() });
  await room.until(isLive);
  proxy.cut();
  await room.until(({ status }) => status === 'connecting');
  room.view.send('hello');
  await room.until(({ pending }) => pending[0]?.content === 'hello' && pending[0].status === 'pending');
  proxy.mend();
  await room.until(shows('hello'));
  const displayed = room.views.all.map((view) => [...contents(view), ...view.pending.map(({ content }) => content)]);
  const first = displayed.findIndex((texts) => texts.length > 0);
  expect(displayed.slice(first).every((texts) => texts.join() === 'hello')).toBe(true);
});

test('a failed message stays, is sent again by `retry` and removed by `drop`', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada', outboxCapacity: 1 });
  using room = mountRoom(ada, { location: somewhere() });
  await room.until(isLive);
  proxy.cut();
  room.view.send('waits');
  room.view.send('finds no place');
  room.view.send('neither');
  const { pending } = await room.until((view) => view.pending.filter(({ status }) => status === 'failed').length === 2);
  expect(pending.map(({ error }) => error?.code)).toEqual([undefined, 'OUTBOX_FULL', 'OUTBOX_FULL']);
  expect(room.view.drop(pending[2]?.clientMessageId ?? '')).toBe(true);
  proxy.mend();
  await room.until((view) => contents(view).join() === 'waits');
  await room.view.retry(pending[1]?.clientMessageId ?? '');
  await room.until(shows('waits', 'finds no place'));
  await expect(room.view.retry('never sent')).rejects.toMatchObject({ code: 'SEND_DROPPED' });
});

describe('the target', () => {
  test('is compared by value, and the functions keep their identity with it', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ url: earshot.a.url, username: 'Bob' });
    const location = somewhere();
    const events = collect<RoomEvent>();
    await bob.watchRoom({ location }, { onEvent: events.push });
    using room = mountRoom(ada, { location });
    const { send, retry, drop, edit, remove, react, loadOlder, trim, setTyping, leave, rejoin } = room.view;
    await room.until(isLive);
    for (let i = 0; i < 10; i += 1) room.show({ location: { ...location } });
    await room.view.send('still here');
    await events.until((event) => event.type === 'message.created');
    expect(events.all.map(({ type }) => type).filter((type) => type.startsWith('user.'))).toEqual(['user.joined']);
    expect(room.views.all.filter(({ status }) => status === 'joining')).toHaveLength(1);
    const functions = { send, retry, drop, edit, remove, react, loadOlder, trim, setTyping, leave, rejoin };
    expect(Object.entries(functions).filter(([name, one]) => Reflect.get(room.view, name) !== one)).toEqual([]);
  });

  test('when it changes, messages of one room are never shown in the other, and the old room is not left', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ url: earshot.a.url, username: 'Bob' });
    const [here, there] = [somewhere(), somewhere()];
    const events = collect<RoomEvent>();
    const old = await bob.watchRoom({ location: here }, { onEvent: events.push });
    using room = mountRoom(ada, { location: here });
    await room.until(isLive);
    await room.view.send('said here');
    await room.until(shows('said here'));
    const before = room.view;

    room.show({ location: there });
    expect(room.view).toMatchObject({ status: 'joining', room: null, messages: [], userCount: 0, present: [] });
    // A form of the previous rendering may still send.
    await before.send('typed here');
    await room.until(isLive);
    await room.view.send('said there');
    await room.until(shows('said there'));
    await events.until((event) => event.type === 'user.left' && event.user.username === 'Ada');
    expect(contents(old.state.get())).toEqual(['said here', 'typed here']);
    for (const { room: of, messages } of room.views.all) {
      expect(messages.every(({ roomId }) => roomId === of?.id)).toBe(true);
    }

    room.show({ roomId: old.room.id });
    await room.until(shows('said here', 'typed here'));
    room.show(null);
    expect(room.view).toMatchObject({ status: 'idle', room: null, messages: [] });
    await expect.poll(() => earshot.a.stats().watchers).toBe(1);
  });

  test('a rejected one stops with the reason, and can be retried', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    using room = mountRoom(ada, { roomId: 'a'.repeat(24) });
    using place = mountRoom(ada, { location: somewhere() });
    await expect(place.view.send('too early')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await expect(room.view.edit('too early', 'too early')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    await expect(room.view.send('in vain')).rejects.toMatchObject({ code: 'ROOM_NOT_FOUND' });
    const { error } = await room.until(({ status }) => status === 'stopped');
    expect(error).toMatchObject({ name: 'EarshotClientError', code: 'ROOM_NOT_FOUND' });
    room.view.rejoin();
    await room.until(({ status }) => status === 'joining');
    await room.until(({ status }) => status === 'stopped');
  });
});

describe('for other users and the server', () => {
  test('StrictMode mounts twice and joins once', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ url: earshot.a.url, username: 'Bob' });
    const location = somewhere();
    const events = collect<RoomEvent>();
    const bobsRoom = await bob.watchRoom({ location }, { onEvent: events.push });
    const room = mountRoom(ada, { location }, { strict: true });
    await room.until(isLive);
    await room.view.send('hello');
    await room.until(shows('hello'));
    expect(earshot.a.stats().watchers).toBe(2);
    room.unmount();
    await events.until(({ type }) => type === 'user.left');
    expect(events.all.map(({ type }) => type)).toEqual(['snapshot', 'user.joined', 'message.created', 'user.left']);
    bobsRoom.close();
    await expect.poll(() => earshot.a.stats()).toMatchObject({ watchers: 0, openFeeds: 0 });
  });

  test('components of one room share one watch, until the last one unmounts', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    const target = { location: somewhere() };
    const list = mountRoom(ada, target);
    await list.until(isLive);
    const form = mountRoom(ada, target);
    expect(form.views.all[0]).toMatchObject({ status: 'live', userCount: 1 });
    expect(earshot.a.stats().watchers).toBe(1);
    list.unmount();
    await form.view.send('hello');
    await form.until(shows('hello'));
    form.unmount();
    await expect.poll(() => earshot.a.stats().watchers).toBe(0);
    using again = mountRoom(ada, target);
    await again.until(shows('hello'));
  });

  test('a component that moves in the tree does not leave the room', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    const target = { location: somewhere() };
    const page = render(<Status key="a" target={target} />, { wrapper: provide(ada) });
    await expect.poll(() => page.container.textContent).toBe('live');
    page.rerender(<Status key="b" target={target} />);
    expect(page.container.textContent).toBe('live');
    page.unmount();
    await expect.poll(() => earshot.a.stats().watchers).toBe(0);
  });

  test('a component that unmounts before the room is joined does not join it', async () => {
    await using earshot = await startEmbedded();
    await using proxy = await openFlakyProxy(earshot.a.url);
    await using ada = connect({ url: proxy.url, username: 'Ada' });
    await using bob = connect({ url: earshot.a.url, username: 'Bob' });
    const [gone, there] = [somewhere(), somewhere()];
    proxy.cut();
    const room = mountRoom(ada, { location: gone });
    await expect.poll(() => ada.connection.get().status).toBe('offline');
    room.unmount();
    using other = mountRoom(ada, { location: there });
    proxy.mend();
    await other.until(isLive);
    expect(await bob.trpc.rooms.nearby.query({ location: gone })).toEqual([]);
    expect(await bob.trpc.rooms.nearby.query({ location: there })).toHaveLength(1);
  });

  test('a discarded rendering leaves no resources behind', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    const [discarded, committed] = [{ location: somewhere() }, { location: somewhere() }];
    const page = render(
      <>
        <Suspense fallback="waiting">
          <Waiting target={discarded} />
        </Suspense>
        <Status target={committed} />
      </>,
      { wrapper: provide(ada), reactStrictMode: true },
    );
    await expect.poll(() => page.container.textContent).toBe('waitinglive');
    expect(await ada.trpc.rooms.nearby.query(discarded)).toEqual([]);
    expect(earshot.a.stats().watchers).toBe(1);
    page.unmount();
  });

  test('with another client the same component is another user', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    await using bob = connect({ url: earshot.a.url, username: 'Bob' });
    await using eve = connect({ url: earshot.a.url, username: 'Eve' });
    const target = { location: somewhere() };
    const events = collect<RoomEvent>();
    await eve.watchRoom(target, { onEvent: events.push });
    const page = render(
      <EarshotProvider client={ada}>
        <Status target={target} />
      </EarshotProvider>,
    );
    await expect.poll(() => page.container.textContent).toBe('live');
    page.rerender(
      <EarshotProvider client={bob}>
        <Status target={target} />
      </EarshotProvider>,
    );
    expect(page.container.textContent).toBe('joining');
    await expect.poll(() => page.container.textContent).toBe('live');
    await events.until((event) => event.type === 'user.joined' && event.user.username === 'Bob');
    await expect.poll(() => earshot.a.stats().watchers).toBe(2);
    page.unmount();
  });

  test('a user who leaves is absent for others, and can rejoin', async () => {
    await using earshot = await startEmbedded();
    await using ada = connect({ url: earshot.a.url, username: 'Ada' });
    const location = somewhere();
    using room = mountRoom(ada, { location });
    await room.until(isLive);
    await room.view.send('hello');
    await room.view.leave();
    await room.until(({ status }) => status === 'stopped');
    expect(room.view.error).toBeNull();
    await expect.poll(() => earshot.a.stats().watchers).toBe(0);
    await expect(room.view.send('anybody?')).rejects.toMatchObject({ code: 'NOT_A_MEMBER' });
    room.view.rejoin();
    room.view.rejoin();
    const { pending } = await room.until((view) => isLive(view) && contents(view).length === 1);
    expect(earshot.a.stats().watchers).toBe(1);
    await room.view.retry(pending[0]?.clientMessageId ?? '');
    await room.until(shows('hello', 'anybody?'));

    await room.view.leave();
    const { rejoin } = await room.until(({ status }) => status === 'stopped');
    room.unmount();
    await Promise.resolve();
    rejoin(); // by a button of a previous rendering
    // Waits for a join and its effects: calls of one connection are answered in order.
    for (let i = 0; i < 3; i += 1) await ada.trpc.rooms.nearby.query({ location });
    expect(earshot.a.stats().watchers).toBe(0);
  });
});

test('a leave before the room is joined cancels the join, until a rejoin', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  proxy.cut();
  using room = mountRoom(ada, { location: somewhere() });
  await room.view.leave();
  await room.until(({ status, error }) => status === 'stopped' && error === null);
  proxy.mend();
  await expect.poll(() => ada.connection.get().status).toBe('open');
  expect(room.view).toMatchObject({ status: 'stopped', error: null });
  room.view.rejoin();
  const { isNew } = await room.until(isLive);
  expect(isNew).toBe(true);
});

test('older pages are loaded and trimmed', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const { room } = await ada.watchRoom({ location: somewhere() });
  for (let i = 1; i <= 7; i += 1) await ada.trpc.messages.send.mutate({ roomId: room.id, content: `${i}` });
  using reading = mountRoom(ada, { roomId: room.id }, { history: 2 });
  await reading.until(shows('6', '7'));
  const page = reading.view.loadOlder(3);
  await reading.until(({ loadingOlder }) => loadingOlder);
  expect(await page).toBe(true);
  await reading.until((view) => shows('3', '4', '5', '6', '7')(view) && !view.loadingOlder && view.hasOlder);
  reading.view.trim(2);
  await reading.until((view) => shows('6', '7')(view) && view.hasOlder);
  await reading.view.loadOlder();
  await reading.until((view) => contents(view).length === 7 && !view.hasOlder);
  expect(await reading.view.loadOlder()).toBe(false);
});
