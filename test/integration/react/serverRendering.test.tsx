// @vitest-environment jsdom
import { createEarshotClient, type Location } from '@earshot/client';
import { EarshotProvider, useConnectionState, useNearbyRooms, useRoom, useWaiting } from '@earshot/client/react';
import { EventSource } from 'eventsource';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { expect, test, vi } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect } from './mountRoom.ts';

function Page({ location }: { location: Location }) {
  const room = useRoom({ location });
  const none = useRoom(null);
  const nearby = useNearbyRooms({ location });
  const connection = useConnectionState();
  return [room.status, none.status, nearby.status, connection.status, useWaiting()].join(' ');
}

test('a server renders rooms as joining without any request, and the page hydrates them', async () => {
  await using earshot = await startEmbedded();
  const location = somewhere();
  const fetch = vi.fn<typeof globalThis.fetch>();
  const rendering = createEarshotClient({ url: earshot.a.url, username: 'Ada', transport: 'http', fetch, EventSource });
  const render = (client: typeof rendering | null) =>
    renderToString(
      <EarshotProvider client={client}>
        <Page location={location} />
      </EarshotProvider>,
    );
  const markup = render(null);
  expect(markup).toBe('joining idle loading connecting 0');
  expect(render(rendering)).toBe(markup);
  await rendering.close();
  expect(fetch).not.toHaveBeenCalled();

  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  await expect.poll(() => ada.connection.get().status).toBe('open');
  const complaints = vi.spyOn(console, 'error');
  const container = document.createElement('div');
  container.innerHTML = markup;
  const mismatches: unknown[] = [];
  const root = hydrateRoot(
    container,
    <StrictMode>
      <EarshotProvider client={ada}>
        <Page location={location} />
      </EarshotProvider>
    </StrictMode>,
    { onRecoverableError: (error) => mismatches.push(error) },
  );
  await expect.poll(() => container.textContent).toBe('live idle ready open 0');
  root.unmount();
  await expect.poll(() => earshot.a.stats().watchers).toBe(0);
  expect([...complaints.mock.calls, ...mismatches]).toEqual([]);
  complaints.mockRestore();
});
