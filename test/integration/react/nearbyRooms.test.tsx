// @vitest-environment jsdom
import { useNearbyRooms } from '@earshot/client/react';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, isLive, mountRoom, provide } from './mountRoom.ts';

test('rooms near a location are found, and refreshed', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const location = somewhere();
  const [step, away] = [north(location, 300), north(location, 60_000)];
  using room = mountRoom(ada, { location });
  await room.until(isLive);

  const seen: string[] = [];
  const { result, rerender, unmount } = renderHook(
    ({ place }) => {
      const nearby = useNearbyRooms(place && { location: place }, { refreshMs: 60_000 });
      seen.push(`${nearby.status} ${nearby.rooms.length}`);
      return nearby;
    },
    {
      initialProps: { place: { ...location } as typeof location | null },
      wrapper: provide(ada),
      reactStrictMode: true,
    },
  );
  expect(result.current).toMatchObject({ status: 'loading', rooms: [], error: null });
  await expect.poll(() => result.current).toMatchObject({ status: 'ready', rooms: [{ id: room.view.room?.id }] });
  const { rooms, refresh } = result.current;
  rerender({ place: { ...location } });
  expect(result.current.rooms).toBe(rooms);
  expect(result.current.refresh).toBe(refresh);

  // A short move keeps the list on the screen, a long one does not.
  seen.length = 0;
  rerender({ place: step });
  await expect.poll(() => result.current.rooms).not.toBe(rooms);
  expect(new Set(seen)).toEqual(new Set(['ready 1']));
  rerender({ place: away });
  expect(result.current).toMatchObject({ status: 'loading', rooms: [] });
  await expect.poll(() => result.current).toMatchObject({ status: 'ready', rooms: [] });

  await ada.trpc.rooms.join.mutate({ location: away });
  refresh();
  await expect.poll(() => result.current.rooms).toHaveLength(1);
  rerender({ place: null });
  expect(result.current).toMatchObject({ status: 'idle', rooms: [] });
  result.current.refresh();
  rerender({ place: { latitude: 91, longitude: 0 } });
  await expect.poll(() => result.current).toMatchObject({ status: 'failed', error: { code: 'INVALID_INPUT' } });
  unmount();
});

test('they are refreshed automatically', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const location = somewhere();
  const { result, unmount } = renderHook(() => useNearbyRooms({ location }, { refreshMs: 50 }), {
    wrapper: provide(ada),
  });
  await expect.poll(() => result.current).toMatchObject({ status: 'ready', rooms: [] });
  await ada.trpc.rooms.join.mutate({ location });
  await expect.poll(() => result.current.rooms).toHaveLength(1);
  unmount();
});
