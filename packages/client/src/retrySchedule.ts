import { errorEntry, isErrorCode } from '@earshot/shared';
import { type Backoff, fullJitter } from './backoff.ts';
import type { EarshotClientError } from './errors.ts';

/** A connection that held this long, in milliseconds, was a good one: what follows is a first failure again. */
export const stableMs = 5_000;

/** After a refusal (a bad token) the next try is unlikely to fare better: waits are longer. */
const refusedFactor = 4;

export interface Loss {
  error: EarshotClientError;
  /** The server's wish: come back at a random moment within so many milliseconds. */
  reconnectWithinMs?: number | undefined;
}

/** When to try to connect next. There is no last try. */
export class RetrySchedule {
  /** Tries that failed since the last connection that held. */
  failures = 0;
  #tried = false;
  #openedAt: number | null = null;
  #loss: Loss | null = null;

  readonly #backoff: Backoff;
  readonly #random: () => number;
  readonly #now: () => number;

  constructor(options: { backoff: Backoff; random?: (() => number) | undefined; now?: (() => number) | undefined }) {
    this.#backoff = options.backoff;
    this.#random = options.random ?? Math.random;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Milliseconds to wait before the next try, which is then under way. The very first does not wait. */
  next(): number {
    if (!this.#tried) {
      this.#tried = true;
      return 0;
    }
    const loss = this.#loss;
    this.#loss = null;
    if (loss?.reconnectWithinMs !== undefined) return this.#random() * loss.reconnectWithinMs;
    const { baseMs, capMs } = this.#backoff;
    const factor = isRefusal(loss) ? refusedFactor : 1;
    const wait = fullJitter(this.failures, { baseMs: baseMs * factor, capMs: capMs * factor }, this.#random);
    this.failures += 1;
    return wait;
  }

  opened(): void {
    this.#openedAt = this.#now();
  }

  lost(loss: Loss): void {
    if (this.#openedAt !== null && this.#now() - this.#openedAt >= stableMs) this.failures = 0;
    this.#openedAt = null;
    this.#loss = loss;
  }
}

function isRefusal(loss: Loss | null): boolean {
  return loss !== null && isErrorCode(loss.error.code) && errorEntry(loss.error.code).retry === 'no';
}
