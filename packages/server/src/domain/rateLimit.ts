import { EarshotError } from '@earshot/shared';

export interface RateLimit {
  /** Tokens a second; 0 lifts the limit. */
  rate: number;
  /** Tokens that a rested key has. */
  burst: number;
}

/** A limit that never refuses. */
export const unlimited: RateLimit = { rate: 0, burst: 0 };

interface Bucket {
  tokens: number;
  /** When `tokens` was right, by `performance.now()`. */
  at: number;
}

/** Buckets looked through at a time for ones that are full again: spreads the clean-up over the calls that cause it. */
const sweepEvery = 1_000;

/** A token bucket for each key (RFC 2697 describes the shape): bursts pass, a steady flow is held to the rate. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #limit: RateLimit;
  readonly #now: () => number;
  #untilSweep = sweepEvery;

  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes one token. Throws `RATE_LIMITED`, with the milliseconds until there is one, and takes nothing. */
  take(key: string): void {
    const { rate, burst } = this.#limit;
    if (rate === 0) return;
    this.#sweepNowAndThen();
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = this.#refilled(bucket, now);
    if (tokens < 1) {
      throw new EarshotError('RATE_LIMITED', { retryAfterMs: Math.ceil(((1 - tokens) / rate) * 1_000) });
    }
    this.#buckets.set(key, { tokens: tokens - 1, at: now });
  }

  /** Gives back a token that was taken for nothing. */
  giveBack(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.tokens += 1; // no more than `burst` counts
  }

  #refilled(bucket: Bucket, now: number): number {
    return Math.min(this.#limit.burst, bucket.tokens + ((now - bucket.at) / 1_000) * this.#limit.rate);
  }

  #sweepNowAndThen(): void {
    this.#untilSweep -= 1;
    if (this.#untilSweep > 0) return;
    this.#untilSweep = Math.max(sweepEvery, this.#buckets.size);
    const now = this.#now();
    for (const [key, bucket] of this.#buckets) {
      if (this.#refilled(bucket, now) >= this.#limit.burst) this.#buckets.delete(key);
    }
  }
}
