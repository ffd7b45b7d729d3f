// @vitest-environment jsdom
import { type NearbyQuery, useNearbyRooms } from '@earshot/client/react';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { openFlakyProxy } from '../../resources/flakyProxy.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, provide, type TestClient } from './mountRoom.ts';

/** Longer than a test: only the subscription delivers changes. */
const neverMs = 600_000;
/** A list is refreshed every two seconds, from an answer that is at most a second old. */
const soon = { timeout: 10_000 };

const mount = (client: TestClient, query: NearbyQuery, refreshMs = neverMs) =>
  renderHook((props: NearbyQuery) => useNearbyRooms(props, { refreshMs, watch: true }), {
    initialProps: query,
    wrapper: provide(client),
    reactStrictMode: true,
  });

test('watched rooms show a new room and its first message without a refresh, and follow the location', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  await using bob = connect({ url: earshot.a.url, username: 'Bob' });
  const location = somewhere();
  const { result, rerender, unmount } = mount(ada, { location });
  await expect.poll(() => result.current, soon).toMatchObject({ status: 'ready', rooms: [] });

  const { room } = await bob.trpc.rooms.join.mutate({ location });
  await expect.poll(() => result.current.rooms, soon).toMatchObject([{ id: room.id, preview: null }]);
  await bob.trpc.messages.send.mutate({ roomId: room.id, content: 'Anybody here?' });
  await expect.poll(() => result.current.rooms, soon).toMatchObject([{ preview: { content: 'Anybody here?' } }]);

  const other = somewhere();
  rerender({ location: other });
  await expect.poll(() => result.current, soon).toMatchObject({ status: 'ready', rooms: [] });
  const { room: there } = await bob.trpc.rooms.join.mutate({ location: other });
  await expect.poll(() => result.current.rooms, soon).toMatchObject([{ id: there.id }]);
  unmount();
});

test('an interrupted subscription keeps the list and resumes', async () => {
  await using earshot = await startEmbedded();
  await using proxy = await openFlakyProxy(earshot.a.url);
  await using ada = connect({ url: proxy.url, username: 'Ada' });
  await using bob = connect({ url: earshot.a.url, username: 'Bob' });
  const location = somewhere();
  const { room } = await bob.trpc.rooms.join.mutate({ location });
  const { result, unmount } = mount(ada, { location });
  await expect.poll(() => result.current.rooms, soon).toMatchObject([{ id: room.id }]);
  proxy.cut();
  await expect.poll(() => ada.connection.get().status, soon).toBe('offline');
  await bob.trpc.messages.send.mutate({ roomId: room.id, content: 'meanwhile' });
  expect(result.current).toMatchObject({ status: 'ready', rooms: [{ id: room.id, preview: null }] });
  proxy.mend();
  await expect.poll(() => result.current.rooms, soon).toMatchObject([{ preview: { content: 'meanwhile' } }]);
  unmount();
});

test('rooms whose subscription is refused are refreshed at the interval', async () => {
  await using earshot = await startEmbedded({ env: { WATCHES_PER_SOCKET: '1' } });
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  await using bob = connect({ url: earshot.a.url, username: 'Bob' });
  const location = somewhere();
  const watched = mount(ada, { location, limit: 1 });
  await expect.poll(() => watched.result.current, soon).toMatchObject({ status: 'ready' });
  const refused = mount(ada, { location, limit: 2 }, 50);
  await expect.poll(() => refused.result.current, soon).toMatchObject({ status: 'ready', error: null, rooms: [] });
  const { room } = await bob.trpc.rooms.join.mutate({ location });
  await expect.poll(() => refused.result.current.rooms, soon).toMatchObject([{ id: room.id }]);
  await expect.poll(() => watched.result.current.rooms, soon).toMatchObject([{ id: room.id }]);
  watched.unmount();
  refused.unmount();
});
