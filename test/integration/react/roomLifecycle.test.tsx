// @vitest-environment jsdom
import type { RoomEvent, RoomTarget } from '@earshot/client';
import { EarshotProvider, useRoom } from '@earshot/client/react';
import { render } from '@testing-library/react';
import { Suspense } from 'react';
import { describe, expect, test } from 'vitest';
import { collect } from '../../resources/collect.ts';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, contents, isLive, mountRoom, provide, shows } from './mountRoom.ts';

function Status({ target }: { target: RoomTarget }) {
  return useRoom(target).status;
}

function Waiting({ target }: { target: RoomTarget }): never {
  useRoom(target);
  throw new Promise(() => {});
}

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
