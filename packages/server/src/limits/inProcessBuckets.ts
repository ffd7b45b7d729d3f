import { type BucketUsage, debtBursts, type SharedBuckets } from './limits.ts';

interface Bucket {
  tokens: number;
  /** Time of `tokens`, from `performance.now()`. */
  at: number;
}

/** Maximum number of buckets. Beyond it, a new bucket replaces one that was not used for long, which is then full again. */
const bucketsMax = 100_000;

/** Buckets for the users of one process. */
export function createInProcessBuckets(now: () => number = () => performance.now()): SharedBuckets {
  const buckets = new Map<string, Bucket>();
  // An iterator that is kept skips each removed bucket once. A new one would skip all of them again.
  let oldest = buckets.keys();

  function evict(): void {
    let { value } = oldest.next();
    if (value === undefined) {
      oldest = buckets.keys();
      ({ value } = oldest.next());
    }
    if (value !== undefined) buckets.delete(value);
  }

  function take({ bucket: id, rate, burst, taken }: BucketUsage): number {
    const at = now();
    const known = buckets.get(id);
    const refilled = known === undefined ? burst : known.tokens + ((at - known.at) / 1_000) * rate;
    const tokens = Math.max(-debtBursts * burst, Math.min(burst, refilled) - taken);
    buckets.delete(id); // the last in the order of changes
    if (tokens < burst) buckets.set(id, { tokens, at });
    if (buckets.size > bucketsMax) evict();
    return Math.min(burst, tokens);
  }

  return {
    kind: 'local',
    recents: null,
    take: async (usages) => usages.map(take),
    close: async () => buckets.clear(),
  };
}
