import { yieldToEventLoop } from './yieldToEventLoop.ts';

/** Number of batches in a period that do not wait for its end, so that a caller that makes two requests in a row waits for no timer. */
const batchesAtOnce = 2;

/**
 * Returns a `gather` function for a `GroupCommit` whose batches cost a round trip each. It gathers the items of one tick of the event loop, as
 * by default. While batches follow each other quickly, it gathers those of `periodMs` milliseconds.
 */
export function gatherWhileBusy(periodMs: number): () => Promise<void> {
  let periodEnd = 0;
  let batches = 0;
  return async () => {
    const now = performance.now();
    if (now >= periodEnd) {
      batches = 0;
      periodEnd = now + periodMs;
    }
    batches += 1;
    if (batches <= batchesAtOnce) return yieldToEventLoop();
    await new Promise((resolve) => setTimeout(resolve, periodEnd - now));
    // The next batch waits, too, unless a period passes without one.
    periodEnd = performance.now() + periodMs;
  };
}
