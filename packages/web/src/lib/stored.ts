import { useSyncExternalStore } from 'react';

/** A value in localStorage, as JSON. All pages of this browser share it. */
export interface Stored<T> {
  readonly get: () => T;
  readonly set: (value: T) => void;
  /** Calls the listener after each change, including those of other pages. Returns the function that unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void;
}

/**
 * `read` parses the stored value (`undefined` if there is none) and must accept anything, because anybody may have
 * written it. In a browser without storage the value lasts as long as the page.
 */
export function stored<T>(key: string, read: (value: unknown) => T): Stored<T> {
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
    return undefined; // storage is not accessible, or the value is not JSON
  }
}

function save(key: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Storage is not accessible or full: the page continues with the value in memory.
  }
}
