import { EarshotError } from '@earshot/shared';

export interface RateLimit {
  /** Tokens per second; 0 disables the limit. */
  rate: number;
  /** Maximum number of tokens in a bucket. */
  burst: number;
}

/** A limit that never refuses. */
export const unlimited: RateLimit = { rate: 0, burst: 0 };

interface Bucket {
  tokens: number;
  /** Time of `tokens`, from `performance.now()`. */
  at: number;
}

/** Number of buckets checked for being full, for each new key: spreads the cleanup over the calls that cause it. */
const sweepsPerNewKey = 4;
/** Maximum number of remembered keys. Beyond it, each new key evicts others, which then have full buckets again. */
const keysMax = 100_000;

/**
 * A token bucket for each key (RFC 2697 describes the scheme): bursts pass, a steady flow is limited to the rate. A call may cost more than
 * one token, and costs known only afterwards may be charged afterwards.
 */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();
  readonly #limit: RateLimit;
  readonly #now: () => number;
  #sweep: Iterator<[string, Bucket]> = this.#buckets.entries();

  constructor(limit: RateLimit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Number of remembered keys. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes tokens. Throws `RATE_LIMITED`, with the milliseconds until there are enough, and takes nothing. A cost above the burst needs a
   * full bucket. `now` saves another read of the clock.
   */
  take(key: string, cost = 1, now = this.#now()): void {
    const { rate, burst } = this.#limit;
    if (rate === 0) return;
    const bucket = this.#refilled(key, now);
    const needed = Math.min(cost, burst);
    // Sums of fractions may fall short of a whole token by a rounding error.
    if (bucket.tokens < needed - 1e-6) {
      throw new EarshotError('RATE_LIMITED', { retryAfterMs: Math.ceil(((needed - bucket.tokens) / rate) * 1_000) });
    }
    bucket.tokens -= cost;
  }

  /** Takes tokens, even below zero. The debt, at most one burst, is refilled first. */
  charge(key: string, cost: number, now = this.#now()): void {
    const { rate, burst } = this.#limit;
    if (rate === 0) return;
    const bucket = this.#refilled(key, now);
    bucket.tokens = Math.max(-burst, bucket.tokens - cost);
  }

  /** Milliseconds until the bucket is filled to that part of the burst, from 0 to 1. */
  msUntil(key: string, part: number): number {
    const { rate, burst } = this.#limit;
    if (rate === 0) return 0;
    return Math.max(0, Math.ceil(((part * burst - this.#refilled(key, this.#now()).tokens) / rate) * 1_000));
  }

  /** Returns unused tokens. */
  refund(key: string, cost = 1): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.tokens += cost; // `#tokensAt` caps the sum at `burst`
  }

  #refilled(key: string, now: number): Bucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) {
      known.tokens = this.#tokensAt(known, now);
      known.at = now;
      return known;
    }
    const bucket = { tokens: this.#limit.burst, at: now };
    this.#sweepSome(now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #tokensAt({ tokens, at }: Bucket, now: number): number {
    return Math.min(this.#limit.burst, tokens + ((now - at) / 1_000) * this.#limit.rate);
  }

  #sweepSome(now: number): void {
    for (let checked = 0; checked < sweepsPerNewKey; checked += 1) {
      const { value, done } = this.#sweep.next();
      if (done) {
        this.#sweep = this.#buckets.entries();
        break;
      }
      const [key, bucket] = value;
      const isFull = this.#tokensAt(bucket, now) >= this.#limit.burst;
      if (isFull || this.#buckets.size >= keysMax) this.#buckets.delete(key);
    }
  }
}
