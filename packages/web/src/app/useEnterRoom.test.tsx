// @vitest-environment jsdom
import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { useEnterRoom } from './useEnterRoom.ts';

const here = { location: { latitude: 52.52, longitude: 13.405 } };

/** Replaces the server. The test resolves each answer. */
const server = vi.hoisted(() => ({ join: [] as ((answer: { room: { id: string } }) => void)[] }));

vi.mock('@earshot/client/react', () => {
  const mutate = () => new Promise((resolve) => server.join.push(resolve));
  const client = { trpc: { rooms: { join: { mutate } } } };
  return { useEarshot: () => client };
});

beforeEach(() => {
  server.join.length = 0;
  history.replaceState(null, '', '#/');
});
afterEach(cleanup);

async function begin() {
  const { result } = renderHook(useEnterRoom);
  await act(async () => void result.current.enter(here));
  return result;
}

const answer = () => act(async () => server.join[0]?.({ room: { id: 'found' } }));

test('a room given by its location is opened when its id is known', async () => {
  const hook = await begin();
  expect(hook.current.joiningRoom).toEqual({ target: here, problem: null });
  await answer();
  expect([location.hash, hook.current.joiningRoom]).toEqual(['#/room/found', null]);
});

test('the browser’s Back cancels a pending join', async () => {
  history.pushState(null, '', '#/room/other');
  const hook = await begin();
  const back = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
  history.back();
  await act(() => back);
  expect(hook.current.joiningRoom).toBeNull();
  await answer();
  expect(location.hash).toBe('#/');
});
