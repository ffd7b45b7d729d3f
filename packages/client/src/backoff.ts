/** Both in milliseconds. */
export interface Backoff {
  /** The longest first wait; doubles with each failure. */
  baseMs: number;
  /** The longest wait. */
  capMs: number;
}

/**
 * A random wait before the next try, after `failures` earlier ones: "full jitter" from M. Brooker, "Exponential Backoff
 * And Jitter" (AWS Architecture Blog, 2015). It spreads clients that were all dropped at the same moment.
 */
export function fullJitter(failures: number, { baseMs, capMs }: Backoff, random: () => number = Math.random): number {
  return random() * Math.min(capMs, baseMs * 2 ** failures);
}
