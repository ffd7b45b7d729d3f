// @vitest-environment jsdom
import { focusManager } from '@tanstack/react-query';
import { cleanup, render, screen, within } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { NearbyPane } from '../../../packages/web/src/radar/NearbyPane.tsx';
import { en } from '../../../packages/web/src/text/en.ts';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, provide } from './mountRoom.ts';

afterEach(() => {
  cleanup();
  focusManager.setFocused(undefined);
});

test('a room that the user has just created is in the list at once, before the next refresh', async () => {
  focusManager.setFocused(false); // a hidden page does not refresh
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada' });
  const location = somewhere();
  const pane = (roomId: string | null) => (
    <NearbyPane location={location} currentRoomId={roomId} onShowAround={() => {}} onEnter={() => {}} />
  );
  const { rerender } = render(pane(null), { wrapper: provide(ada) });
  await screen.findByText(en.radar.empty);
  const { room } = await ada.trpc.rooms.join.mutate({ location });
  rerender(pane(room.id));
  const list = within(screen.getByRole('list', { name: en.radar.list }));
  expect(await list.findByRole('button', { current: true }, { timeout: 10_000 })).toBeDefined();
});
