import { type Backoff, fullJitter } from './backoff.ts';
import { asEarshotError, type EarshotClientError } from './errors.ts';
import { delay, type Pauses } from './pauses.ts';

export interface RetryOptions {
  backoff: Backoff;
  random?: (() => number) | undefined;
  /** Waits for the connection, which end when it is back. */
  pauses: Pauses;
  signal: AbortSignal;
  /** Called with each error before the wait that follows. */
  onRetry?: ((error: EarshotClientError) => void) | undefined;
}

/**
 * Makes a call until it succeeds, for calls that may safely be made twice. Rejects with the first error that a
 * repetition can't mend, and with the reason of `signal` when it aborts while waiting.
 */
export async function retrying<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    options.signal.throwIfAborted();
    try {
      return await call();
    } catch (cause) {
      const error = asEarshotError(cause);
      if (error.retry === 'no') throw error;
      options.onRetry?.(error);
      await pauseBeforeRetry(error, failures, options);
    }
  }
}

/** Waits as the error asks for: jittered, until the connection is back, or at least as long as the server said. */
export function pauseBeforeRetry(error: EarshotClientError, failures: number, options: RetryOptions): Promise<void> {
  const jitter = fullJitter(failures, options.backoff, options.random);
  if (error.retry === 'reconnect') return options.pauses.pause(jitter, options.signal);
  return delay(Math.max(error.retryAfterMs ?? 0, jitter), options.signal);
}
