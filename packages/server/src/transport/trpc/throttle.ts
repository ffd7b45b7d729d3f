import type { Line } from '../../domain/connection.ts';

/** Calls of one connection that run at a time; the others wait their turn. */
const atOnce = 16;

/**
 * Lets the calls of one connection begin in the order they came, a few at a time, and none while its client leaves too
 * much unread: so what one connection can make the server hold is bounded by what it has sent.
 */
export class Throttle {
  readonly #line: Pick<Line, 'writable'>;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(line: Pick<Line, 'writable'>) {
    this.#line = line;
  }

  /** Calls that wait for their turn. */
  get waiting(): number {
    return this.#waiting.length;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      await this.#line.writable();
      return await call();
    } finally {
      // The turn is handed on, so that nobody who comes later gets in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
