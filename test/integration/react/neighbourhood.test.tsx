// @vitest-environment jsdom
import { useNeighbourhood } from '@earshot/client/react';
import { renderHook, waitFor } from '@testing-library/react';
import { expect, test } from 'vitest';
import { north, somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, provide } from './mountRoom.ts';

test('a component shows the messages around a location, and stops when it has none', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const here = somewhere();
  const { room } = await ada.trpc.rooms.join.mutate({ location: here });
  await using walker = connect({ url: earshot.a.url, username: 'Walker' });

  const { result, rerender, unmount } = renderHook(({ location }) => useNeighbourhood(location), {
    initialProps: { location: here as typeof here | null },
    wrapper: provide(walker),
    reactStrictMode: true,
  });
  await waitFor(() => expect(result.current).toMatchObject({ status: 'live', rooms: [{ id: room.id }], error: null }));
  await ada.trpc.messages.send.mutate({ roomId: room.id, content: 'hello' });
  await waitFor(() => expect(result.current.messages).toMatchObject([{ content: 'hello', roomId: room.id }]));
  rerender({ location: north(here, 100) });
  expect(result.current.messages).toHaveLength(1);
  rerender({ location: null });
  await waitFor(() => expect(result.current).toEqual({ rooms: [], messages: [], status: 'idle', error: null }));
  unmount();
});
