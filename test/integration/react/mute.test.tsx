// @vitest-environment jsdom
import type { OwnSanction } from '@earshot/client';
import { useMute, useRoom } from '@earshot/client/react';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { somewhere } from '../../resources/places.ts';
import { startEmbedded } from '../../resources/server.ts';
import { connect, provide } from './mountRoom.ts';

/** A room and the mute there. `sanction` replaces what was announced. */
function useMutedRoom(roomId: string, sanction?: OwnSanction | null) {
  const view = useRoom({ roomId });
  return { view, mute: useMute(sanction === undefined ? view : { ...view, sanction }) };
}

/** Ada's room, and Bob. */
async function startRoom() {
  const stack = new AsyncDisposableStack();
  const { a } = stack.use(await startEmbedded());
  const [ada, bob] = ['Ada', 'Bob'].map((username) =>
    stack.use(connect({ url: a.url, username, userId: username.toLowerCase() })),
  );
  if (ada === undefined || bob === undefined) throw new Error('unreachable');
  const { room } = await ada.trpc.rooms.join.mutate({ location: somewhere() });
  const scope = { type: 'room', roomId: room.id } as const;
  const mute = (more: { reason?: string; lastsMs?: number } = {}) =>
    ada.trpc.moderation.mute.mutate({ scope, userId: 'bob', ...more });
  const lift = (sanctionId: string) => ada.trpc.moderation.lift.mutate({ sanctionId });
  return { bob, roomId: room.id, scope, mute, lift, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

test('the mute that holds in a room is known when it is announced, when the room is opened, and until it ends', async () => {
  await using started = await startRoom();
  const { bob, roomId, scope, mute } = started;
  const open = () => renderHook(() => useMutedRoom(roomId), { wrapper: provide(bob) });
  const first = open();
  await expect.poll(() => first.result.current.view.status).toBe('live');
  expect(first.result.current.mute).toBeNull();
  const { endsAt } = await mute({ reason: 'spam', lastsMs: 60_000 });
  const expected = { kind: 'mute', scope, reason: 'spam', endsAt };
  await expect.poll(() => first.result.current.mute).toEqual(expected);
  first.unmount();

  const second = open();
  await expect.poll(() => second.result.current.mute).toEqual(expected);
  await mute({ lastsMs: 1_500 });
  await expect.poll(() => second.result.current.mute, { timeout: 10_000 }).toBeNull();
  second.unmount();
});

test('a mute that is lifted ends when that is announced', async () => {
  await using started = await startRoom();
  const { bob, roomId, mute, lift } = started;
  const { result, unmount } = renderHook(() => useMutedRoom(roomId), { wrapper: provide(bob) });
  await expect.poll(() => result.current.view.status).toBe('live');
  const { id } = await mute();
  await expect.poll(() => result.current.mute).toMatchObject({ kind: 'mute', endsAt: null });
  await lift(id);
  await expect.poll(() => result.current.mute).toBeNull();
  unmount();
});

test('a mute that is announced as lifted, and still known to the instance that answers, is asked for again soon', async () => {
  await using started = await startRoom();
  const { bob, roomId, scope, mute, lift } = started;
  const { id } = await mute();
  const lifted = { kind: 'mute', scope, reason: null, endsAt: new Date() } as const;
  const { result, unmount } = renderHook(() => useMutedRoom(roomId, lifted), { wrapper: provide(bob) });
  await expect.poll(() => result.current.mute).toMatchObject({ kind: 'mute' });
  await lift(id);
  await expect.poll(() => result.current.mute, { timeout: 15_000 }).toBeNull();
  unmount();
}, 30_000);

test('a mute whose announcement was lost is noticed when a message is refused', async () => {
  await using started = await startRoom();
  const { bob, roomId, scope, mute } = started;
  const { result, unmount } = renderHook(() => useMutedRoom(roomId, null), { wrapper: provide(bob) });
  await expect.poll(() => result.current.view.status).toBe('live');
  await result.current.view.send('before');
  await mute();
  await expect.poll(() => result.current.view.sanction).toMatchObject({ kind: 'mute' });
  expect(result.current.mute).toBeNull();
  await expect(result.current.view.send('after')).rejects.toMatchObject({ code: 'MUTED' });
  await expect.poll(() => result.current.mute).toMatchObject({ kind: 'mute', scope, endsAt: null });
  unmount();
});
