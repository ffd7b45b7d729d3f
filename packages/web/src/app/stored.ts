import { useSyncExternalStore } from 'react';

/** A value that outlives the page: kept in localStorage as JSON, and the same on all pages of this browser. */
export interface Stored<T> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  /** Calls back after each change, also one made by another page. Returns the function that ends this. */
  readonly subscribe: (listener: () => void) => () => void;
}

/**
 * `read` makes a value of what was kept (`undefined`: nothing), whoever wrote it. Where a browser keeps nothing, the
 * value lasts as long as the page.
 */
export function stored<T>(key: string, read: (kept: unknown) => T): Stored<T> {
  const listeners = new Set<() => void>();
  let value = read(load(key));

  function change(next: T): void {
    value = next;
    for (const listener of listeners) listener();
  }

  addEventListener('storage', (event) => {
    if (event.key === key || event.key === null) change(read(load(key)));
  });

  return {
    get: () => value,
    set: (next) => {
      save(key, next);
      change(next);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useStored<T>({ subscribe, get }: Stored<T>): T {
  return useSyncExternalStore(subscribe, get);
}

function load(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined; // no access, or no JSON
  }
}

function save(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // No access, or no room: the page goes on with what it has in memory.
  }
}
