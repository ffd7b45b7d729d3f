/** An observable value. Its functions need no `this`, so they fit React's `useSyncExternalStore`. */
export interface Readable<T> {
  readonly get: () => T;
  /** Calls back with the new value after each change. Returns a function that unsubscribes. */
  readonly subscribe: (listener: (value: T) => void) => () => void;
}

export class Value<T> implements Readable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  readonly subscribe = (listener: (value: T) => void): (() => void) => {
    // A wrapper, so that the same function may be subscribed twice.
    const own = (value: T) => listener(value);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  };

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) callSafely(() => listener(value));
  }
}

/** Calls a user's callback. An exception becomes an uncaught error, and does not interrupt the caller. */
export function callSafely(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
