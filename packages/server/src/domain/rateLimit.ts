import { EarshotError } from '@earshot/shared';
import type { LimitSharing } from './limitSharing.ts';
import { type NamedLimit, type RateLimit, TokenBucket } from './tokenBucket.ts';

/** A limit that never refuses. */
export const unlimited: RateLimit = { rate: 0, burst: 0 };

interface RateLimiterOptions {
  /** Distinguishes the buckets of this limit from those of other limits. */
  name?: string;
  /** How the limit holds over all instances. Without it, it holds on this one. */
  sharing?: LimitSharing | null;
  onRefused?: () => void;
  now?: () => number;
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
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #limit: NamedLimit;
  readonly #sharing: LimitSharing | null;
  readonly #onRefused: () => void;
  readonly #now: () => number;
  #sweep: Iterator<[string, TokenBucket]> = this.#buckets.entries();

  constructor(limit: RateLimit, options: RateLimiterOptions = {}) {
    const { name = '', sharing = null, onRefused = () => {}, now = () => performance.now() } = options;
    this.#limit = { ...limit, name };
    this.#sharing = sharing;
    this.#onRefused = onRefused;
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
    const bucket = this.#bucketOf(key, now);
    const tokens = bucket.tokens(now);
    const needed = Math.min(cost, burst);
    // Sums of fractions may fall short of a whole token by a rounding error.
    if (tokens < needed - 1e-6) {
      this.#onRefused();
      throw new EarshotError('RATE_LIMITED', { retryAfterMs: Math.ceil(((needed - tokens) / rate) * 1_000) });
    }
    this.#remove(bucket, cost);
  }

  /** Takes tokens, even below zero. The debt, at most one burst, is refilled first. */
  charge(key: string, cost: number, now = this.#now()): void {
    const { rate, burst } = this.#limit;
    if (rate === 0) return;
    const bucket = this.#bucketOf(key, now);
    // Usage on other instances may have caused a larger debt.
    this.#remove(bucket, Math.max(0, Math.min(cost, bucket.tokens(now) + burst)));
  }

  /** Milliseconds until the bucket is filled to that part of the burst, from 0 to 1, and has `reserved` tokens in addition. */
  msUntil(key: string, part: number, reserved = 0): number {
    const { rate, burst } = this.#limit;
    if (rate === 0) return 0;
    const now = this.#now();
    const missing = part * burst + reserved - this.#bucketOf(key, now).tokens(now);
    return Math.max(0, Math.ceil((missing / rate) * 1_000));
  }

  /** Returns unused tokens. */
  refund(key: string, cost = 1): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) this.#remove(bucket, -cost); // `tokens` caps the sum at `burst`
  }

  #remove(bucket: TokenBucket, cost: number): void {
    bucket.remove(cost);
    if (this.#sharing !== null && bucket.needsReport) this.#sharing.add(bucket);
  }

  #bucketOf(key: string, now: number): TokenBucket {
    const known = this.#buckets.get(key);
    if (known !== undefined) return known;
    const bucket = new TokenBucket(key, this.#limit, now);
    this.#sweepSome(now);
    this.#buckets.set(key, bucket);
    return bucket;
  }

  #sweepSome(now: number): void {
    for (let checked = 0; checked < sweepsPerNewKey; checked += 1) {
      const { value, done } = this.#sweep.next();
      if (done) {
        this.#sweep = this.#buckets.entries();
        break;
      }
      const [key, bucket] = value;
      const isFull = bucket.tokens(now) >= this.#limit.burst;
      // Full on this instance, but the others do not know yet what was taken here.
      const isUnreported = this.#sharing !== null && (bucket.isWaiting || bucket.hasUnreported);
      if (this.#buckets.size >= keysMax || (isFull && !isUnreported)) this.#buckets.delete(key);
      if (isFull && isUnreported) this.#sharing?.add(bucket);
    }
  }
}
