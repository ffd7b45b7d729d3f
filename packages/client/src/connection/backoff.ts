/** In milliseconds. */
export interface Backoff {
  /** The upper bound of the first wait. It doubles with each failure. */
  baseMs: number;
  /** The upper bound of all waits. */
  capMs: number;
}

export const defaultBackoff: Backoff = { baseMs: 1_000, capMs: 15_000 };

/**
 * A random wait in milliseconds before the next attempt, after `failures` failed ones: "full jitter" from M. Brooker, "Exponential Backoff
 * And Jitter" (AWS Architecture Blog, 2015). It spreads the reconnects of clients that lost their connection at the same time.
 */
export function fullJitter(failures: number, { baseMs, capMs }: Backoff, random: () => number = Math.random): number {
  return random() * Math.min(capMs, baseMs * 2 ** failures);
}
