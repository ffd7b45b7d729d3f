import type { ClientTransport } from '../domain/connection.ts';

/** Calls of one connection that run at a time; the others wait their turn. */
const concurrency = 16;
/** Queries among them. Their answers may take a megabyte each, and count as unsent only once they are made. */
const queryConcurrency = 2;

/**
 * Lets the calls of one connection begin in the order they came, a few at a time, and none while its client leaves too
 * much unread: so what one connection can make the server hold is bounded by what it has sent.
 */
export class ConcurrencyLimiter {
  readonly #transport: Pick<ClientTransport, 'writable'>;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #queries: ConcurrencyLimiter | null = null;
  readonly #limit: number;

  constructor(transport: Pick<ClientTransport, 'writable'>, limit = concurrency) {
    this.#transport = transport;
    this.#limit = limit;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** As `run`, for a call whose answer may be big. */
  query<T>(call: () => Promise<T>): Promise<T> {
    this.#queries ??= new ConcurrencyLimiter(this.#transport, queryConcurrency);
    const queries = this.#queries;
    return this.run(() => queries.run(call));
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      const writable = this.#transport.writable();
      if (writable) await writable;
      return await call();
    } finally {
      // The turn is handed on, so that nobody who comes later gets in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
