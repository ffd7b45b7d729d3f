// @vitest-environment jsdom
import type { NearbyRoom } from '@earshot/client';
import { renderHook } from '@testing-library/react';
import { expect, test } from 'vitest';
import { testNearbyRoom } from '../location/testNearbyRoom.ts';
import { findWoken, useWakes } from './wakes.ts';

const room = (id: string, more: Partial<NearbyRoom> = {}) =>
  testNearbyRoom(id, { createdAt: new Date(1_000), userCount: 0, ...more });

test.each([
  ['nothing has changed', room('a'), room('a'), false],
  ['users appear', room('a'), room('a', { userCount: 1 }), true],
  ['more users come', room('a', { userCount: 1 }), room('a', { userCount: 2 }), false],
  ['users leave', room('a', { userCount: 1 }), room('a'), false],
  ['the first message', room('a'), room('a', { lastMessageAt: new Date(100_000) }), true],
  [
    'a message after a quiet time',
    room('a', { lastMessageAt: new Date(100_000) }),
    room('a', { lastMessageAt: new Date(130_000) }),
    true,
  ],
  [
    'a message in a conversation',
    room('a', { lastMessageAt: new Date(100_000) }),
    room('a', { lastMessageAt: new Date(129_000) }),
    false,
  ],
])('whether a room wakes: %s', (_, before, after, wakes) =>
  expect(findWoken([before], [after])).toEqual(wakes ? ['a'] : []),
);

test('a new room wakes; one that came into range does not', () => {
  const created = room('new', { createdAt: new Date(2_000) });
  const older = room('older', { createdAt: new Date(500) });
  expect(findWoken([room('a')], [room('a'), older, created])).toEqual(['new']);
  expect(findWoken([], [created])).toEqual(['new']);
});

test('counts how often each room woke while it is shown; the first list wakes none', () => {
  const { result, rerender } = renderHook(({ rooms }) => useWakes(rooms), {
    initialProps: { rooms: null as NearbyRoom[] | null },
  });
  const show = (rooms: NearbyRoom[] | null) => {
    rerender({ rooms });
    return [...result.current];
  };
  const [empty, busy] = [room('a'), room('a', { userCount: 1 })];
  expect(show([empty])).toEqual([]);
  expect(show([busy])).toEqual([['a', 1]]);
  expect(show([busy])).toEqual([['a', 1]]);
  expect(show([empty])).toEqual([['a', 1]]);
  expect(show([busy])).toEqual([['a', 2]]);
  expect(show([])).toEqual([]);
  expect(show(null)).toEqual([]);
  expect(show([busy])).toEqual([]);
});
