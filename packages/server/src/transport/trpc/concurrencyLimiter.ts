import type { ClientTransport } from '../../domain/connection.ts';

/** Calls of one connection that run at a time. The others are queued. */
const concurrency = 16;
/** Queries among them. An answer may be a megabyte, and counts as unsent only after it is built. */
const queryConcurrency = 2;

/**
 * Starts the calls of one connection in order, a few at a time, and none while the client leaves too much unread. This
 * bounds the memory that one connection can make the server hold.
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

  /** Calls in the queue. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Like `run`, for a call with a possibly large answer. */
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
      // The slot is passed to the next call in the queue, so no later call can take it first.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
