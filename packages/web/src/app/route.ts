import { useSyncExternalStore } from 'react';

/** The address names the open room or page, so that it can be shared, bookmarked and left with the back button. */

/** The id of the room in a hash like `#/room/64fe...`, or null. */
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

const aroundHash = '#/around';

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

/** Whether the messages of all rooms around are open. */
export function useAroundRoute(): boolean {
  return useSyncExternalStore(subscribe, () => location.hash === aroundHash);
}

/** Opens a room. */
export const openRoom = (roomId: string): void => open(hashOf(roomId));

/** Opens the messages of all rooms around. */
export const openAround = (): void => open(aroundHash);

function open(hash: string): void {
  if (location.hash === hash) return;
  const fromNearby = roomIn(location.hash) === null;
  history.pushState({ fromNearby }, '', hash);
  for (const listener of listeners) listener();
}

/** Returns to the nearby rooms, or to the messages around. Goes back in the browser's history if it was opened from there. */
export function closeRoom(): void {
  const state: unknown = history.state;
  if (typeof state === 'object' && state !== null && 'fromNearby' in state && state.fromNearby === true) {
    history.back();
    return;
  }
  history.pushState(null, '', hashOf(null));
  for (const listener of listeners) listener();
}
