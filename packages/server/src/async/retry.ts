import { delay } from './abort.ts';

interface RetryOptions {
  /** Ends the attempts: the promise then rejects with the signal's reason. */
  signal: AbortSignal;
  onFailure: (error: unknown) => void;
  /** Returns a random number from 0 up to 1. */
  random: () => number;
}

/** Retries the task until it succeeds, with exponential backoff. */
export async function retry<T>(task: () => Promise<T>, { signal, onFailure, random }: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const result = await task();
      signal.throwIfAborted();
      return result;
    } catch (error) {
      signal.throwIfAborted();
      onFailure(error);
    }
    await delay(backoffMs(attempt, random()), signal);
  }
}

/**
 * Milliseconds before the next attempt: 100, doubling up to 3,000. The upper half is random jitter, so that many callers do not all
 * return to a recovering service at once.
 */
export function backoffMs(attempt: number, random: number): number {
  const ceiling = Math.min(3_000, 100 * 2 ** attempt);
  return ceiling / 2 + (ceiling / 2) * random;
}
