// @vitest-environment jsdom
import { useBlocks } from '@earshot/client/react';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { startEmbedded } from '../../resources/server.ts';
import { connect, provide } from './mountRoom.ts';

test('blocked users are listed, added and removed', async () => {
  await using earshot = await startEmbedded();
  await using ada = connect({ url: earshot.a.url, username: 'Ada', userId: 'ada' });
  const { result, unmount } = renderHook(() => [useBlocks(), useBlocks()] as const, {
    wrapper: provide(ada),
    reactStrictMode: true,
  });
  const view = () => result.current[0];
  expect(view()).toMatchObject({ status: 'loading', blocked: [], error: null });
  await expect.poll(view).toMatchObject({ status: 'ready', blocked: [] });
  const { block, unblock } = view();

  await block({ userId: 'bob', username: 'Bob' });
  await block({ userId: 'eve' });
  const both = [
    { userId: 'eve', username: null },
    { userId: 'bob', username: 'Bob' },
  ];
  await expect.poll(() => view().blocked).toEqual(both);
  expect(result.current[1].blocked).toBe(view().blocked);
  expect([view().isBlocked('bob'), view().isBlocked('ada')]).toEqual([true, false]);

  await unblock('eve');
  await expect.poll(() => view().blocked).toEqual(both.slice(1));
  expect(view().block).toBe(block);
  await expect(block({ userId: 'ada' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(view()).toMatchObject({ status: 'ready', blocked: both.slice(1) });
  unmount();
});

test('a list that can’t be loaded is reported', async () => {
  await using earshot = await startEmbedded();
  await using nobody = connect({ url: earshot.a.url });
  const { result, unmount } = renderHook(() => useBlocks(), { wrapper: provide(nobody) });
  await expect.poll(() => result.current).toMatchObject({ status: 'failed', error: { code: 'UNAUTHENTICATED' } });
  unmount();
});
