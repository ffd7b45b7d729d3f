import type { NearbyRoom } from '@earshot/client';
import { useState } from 'react';

/** Milliseconds without a message after which the next one wakes a room. */
const quietMs = 30_000;

/**
 * The ids of the rooms that were created or woke between two lists: people appeared in an empty room, or a message in a quiet one. A room that
 * only came into range is older than the newest one of the earlier list, and not among them.
 */
export function findWoken(before: readonly NearbyRoom[], after: readonly NearbyRoom[]): string[] {
  const known = new Map(before.map((room) => [room.id, room]));
  const newest = Math.max(0, ...before.map(({ createdAt }) => createdAt.getTime()));
  const isAwake = (room: NearbyRoom) => {
    const earlier = known.get(room.id);
    if (earlier === undefined) return room.createdAt.getTime() > newest;
    const silentMs = (room.lastMessageAt?.getTime() ?? 0) - (earlier.lastMessageAt?.getTime() ?? 0);
    return silentMs >= quietMs || (earlier.userCount === 0 && room.userCount > 0);
  };
  return after.filter(isAwake).map(({ id }) => id);
}

/** How often each room woke while it was shown. */
export type Wakes = ReadonlyMap<string, number>;

const none: Wakes = new Map();

/** Counts how often each room wakes. `rooms` is null until they are known; the first list wakes none. */
export function useWakes(rooms: readonly NearbyRoom[] | null): Wakes {
  const [seen, setSeen] = useState({ rooms, wakes: none });
  if (seen.rooms === rooms) return seen.wakes;
  const woken = seen.rooms === null || rooms === null ? [] : findWoken(seen.rooms, rooms);
  const shown = new Set(rooms?.map(({ id }) => id));
  const counts = [...seen.wakes].filter(([id]) => shown.has(id));
  const wakes = new Map([...counts, ...woken.map((id) => [id, (seen.wakes.get(id) ?? 0) + 1] as const)]);
  setSeen({ rooms, wakes });
  return wakes;
}
