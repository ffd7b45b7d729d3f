import { setTimeout as delay } from 'node:timers/promises';
import { EarshotError } from '@earshot/shared';
import { callTimeout, queuedCallTimeout, storeUnavailable, waitingCallsMax, withCallTimeout } from '../callTimeout.ts';
import { storeError } from './storeError.ts';

/**
 * Tracks the calls in progress: limits their time, converts their errors to the store's, and waits for them on close. The driver's own
 * limits are not enough: they add up when it retries.
 *
 * Any operation that others queue behind must use `withCallTimeout` as well, not only the caller's own wait, because an operation of the driver
 * may never settle. It has no limit for an answer. And an operation that it writes between the end and the close of a socket, for example
 * to a mongod that was killed, waits forever for the socket to drain (driver 7.9).
 */
export class CallTracker {
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed = false;

  /** Starts `work` immediately, so that calls keep their order. */
  async run<T>(work: () => Promise<T>, timeout = callTimeout): Promise<T> {
    if (this.#closed) throw new EarshotError('STORE_UNAVAILABLE', { message: 'The message store is closed.' });
    const call = withCallTimeout(work(), timeout);
    this.#inFlight.add(call);
    try {
      return await call;
    } catch (error) {
      throw storeError(error);
    } finally {
      this.#inFlight.delete(call);
    }
  }

  /**
   * Like `run`, for work that may wait for other calls first. On a busy machine it may wait long, because each operation before it has a timeout
   * of its own.
   */
  runQueued<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inFlight.size < waitingCallsMax) return this.run(work, queuedCallTimeout);
    return Promise.reject(storeUnavailable('too many calls wait for the database'));
  }

  /** Rejects new calls and waits for those in progress. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#inFlight);
  }
}

/** Backs off after conflicts with concurrent writes. The pauses are short and random, so that several instances that write to one room take turns. */
export class ConflictBackoff {
  readonly #deadline: number;
  #count = 0;

  constructor(timeout = callTimeout) {
    this.#deadline = performance.now() + timeout;
  }

  /** Rejects with `STORE_UNAVAILABLE` when the time is over. */
  async wait(): Promise<void> {
    if (performance.now() > this.#deadline) throw storeUnavailable('too many conflicts with concurrent writes');
    await delay(Math.random() * Math.min(2 ** this.#count, 32));
    this.#count += 1;
  }
}

/** Retries until `attempt` resolves to a value other than null, which stands for a concurrent write. */
export async function retryOnConflict<T>(attempt: () => Promise<T | null>, timeout = callTimeout): Promise<T> {
  const backoff = new ConflictBackoff(timeout);
  for (;;) {
    const done = await attempt();
    if (done !== null) return done;
    await backoff.wait();
  }
}
