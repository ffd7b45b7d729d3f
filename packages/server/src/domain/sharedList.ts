import type { TickShares } from '../async/tickShares.ts';

interface SharedListOptions<T> {
  read(): Promise<T>;
  isSame(a: T, b: T): boolean;
  /** Divides the wake-ups of many watchers over ticks. */
  tickShares: TickShares;
}

/** A value that is read repeatedly, and the watchers that wait for it to change. They hold no queue: each takes the latest value. */
export class SharedList<T> {
  readonly #options: SharedListOptions<T>;
  readonly #waiters = new Set<() => void>();
  #current: T | undefined;
  /** Settles with the first read. */
  readonly started: Promise<void>;
  /** Number of watchers. */
  watchers = 0;
  /** The time of the next refresh, from `performance.now()`. */
  refreshAt = 0;

  constructor(options: SharedListOptions<T>) {
    this.#options = options;
    this.started = options.read().then((value) => {
      this.#current = value;
    });
    this.started.catch(() => {}); // the watchers report it
  }

  /** The latest value; undefined until it has been read. */
  get current(): T | undefined {
    return this.#current;
  }

  /** Calls `wake` once, when the value changes. Returns a function that cancels it. */
  onChange(wake: () => void): () => void {
    this.#waiters.add(wake);
    return () => void this.#waiters.delete(wake);
  }

  /** Reads the value again. A failed read leaves it as it is until the next one. */
  async refresh(): Promise<void> {
    const { read, isSame, tickShares } = this.#options;
    try {
      await this.started;
      const value = await read();
      if (this.#current !== undefined && isSame(this.#current, value)) return;
      this.#current = value;
    } catch {
      return;
    }
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) tickShares.run(wake);
  }
}
