/** A value that can be read and watched. Its functions need no `this`, so they fit React's `useSyncExternalStore`. */
export interface Readable<T> {
  readonly get: () => T;
  /** Calls back after each change with the new value. Returns the function that ends this. */
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
    // The same function may be given twice, and ended twice.
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

/** Calls what a user passed in. What it throws surfaces as an uncaught error, but can't break the work it hears about. */
export function callSafely(callback: () => void): void {
  try {
    callback();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
