import { asEarshotError, type EarshotClientError } from '../errors.ts';
import { type Backoff, fullJitter } from './backoff.ts';
import { delay, type InterruptibleDelays } from './interruptibleDelays.ts';

export interface RetryOptions {
  backoff: Backoff;
  random?: (() => number) | undefined;
  /** Waits for a connection, which end when it is open. */
  delays: InterruptibleDelays;
  signal: AbortSignal;
  /** Whether an error is final although a retry may succeed later. */
  isFinal?: ((error: EarshotClientError) => boolean) | undefined;
  /** Called with each error before the wait for the retry. */
  onRetry?: ((error: EarshotClientError) => void) | undefined;
}

/**
 * Retries an idempotent call until it succeeds. Rejects with the first error that a retry can't
 * resolve, and with the reason of `signal` when it aborts while waiting.
 */
export async function withRetry<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    options.signal.throwIfAborted();
    try {
      return await call();
    } catch (cause) {
      const error = asEarshotError(cause);
      if (error.retry === 'no' || options.isFinal?.(error)) throw error;
      options.onRetry?.(error);
      await pauseBeforeRetry(error, failures, options);
    }
  }
}

/** Waits as the error requires: with jitter, until the connection is open, or at least as long as the server said. */
export function pauseBeforeRetry(error: EarshotClientError, failures: number, options: RetryOptions): Promise<void> {
  const jitter = fullJitter(failures, options.backoff, options.random);
  if (error.retry === 'reconnect') return options.delays.delay(jitter, options.signal);
  return delay(Math.max(error.retryAfterMs ?? 0, jitter), options.signal);
}
