import { errorEntry, isErrorCode } from '@earshot/shared';
import type { EarshotClientError } from '../errors.ts';
import { type Backoff, fullJitter } from './backoff.ts';

/** A connection that lasts this long, in milliseconds, is stable: the next failure counts as the first again. */
export const stableMs = 5_000;

/** Waits are longer after a refusal (an invalid token), because the next attempt is unlikely to succeed. */
const refusalFactor = 4;

export interface Loss {
  error: EarshotClientError;
  /** The server asks to reconnect at a random moment within this many milliseconds. */
  reconnectWithinMs?: number | undefined;
}

/** Schedules connection attempts, without a limit. */
export class RetrySchedule {
  /** Failed attempts since the last stable connection. */
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

  /** Starts the next attempt. Returns the milliseconds to wait before it: 0 for the first. */
  next(): number {
    if (!this.#tried) {
      this.#tried = true;
      return 0;
    }
    const loss = this.#loss;
    this.#loss = null;
    if (loss?.reconnectWithinMs !== undefined) return this.#random() * loss.reconnectWithinMs;
    const { baseMs, capMs } = this.#backoff;
    const factor = isRefusal(loss) ? refusalFactor : 1;
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
