import { useSyncExternalStore } from 'react';

/** The address tells which room is open, so that it can be shared, kept and gone back from. */

/** The room that a hash such as `#/room/64fe...` names, or null. */
export function roomIn(hash: string): string | null {
  const [, encoded] = /^#\/room\/([^/]+)\/?$/.exec(hash) ?? [];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

export const hashOf = (roomId: string | null): string =>
  roomId === null ? '#/' : `#/room/${encodeURIComponent(roomId)}`;

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('popstate', listener);
  addEventListener('hashchange', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
    removeEventListener('hashchange', listener);
  };
}

/** The id of the open room, or null. */
export function useRoute(): string | null {
  return useSyncExternalStore(subscribe, () => roomIn(location.hash));
}

/** Opens a room. */
export function openRoom(roomId: string): void {
  if (roomIn(location.hash) === roomId) return;
  const fromAround = roomIn(location.hash) === null;
  history.pushState({ fromAround }, '', hashOf(roomId));
  for (const listener of listeners) listener();
}

/** Leads back to the rooms around: by the browser's own way back where that is where it leads. */
export function closeRoom(): void {
  const state: unknown = history.state;
  if (typeof state === 'object' && state !== null && 'fromAround' in state && state.fromAround === true) {
    history.back();
    return;
  }
  history.pushState(null, '', hashOf(null));
  for (const listener of listeners) listener();
}
