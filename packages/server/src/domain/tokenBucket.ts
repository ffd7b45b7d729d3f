import type { BucketUsage } from '../limits/limits.ts';

export interface RateLimit {
  /** Tokens per second; 0 disables the limit. */
  rate: number;
  /** Maximum number of tokens in a bucket. */
  burst: number;
}

export interface NamedLimit extends RateLimit {
  /** Distinguishes the buckets of this limit from those of other limits. The same on all instances. */
  name: string;
}

/** The part of a burst, unreported, from which a bucket is reported. Light use causes few reports. */
const reportedPart = 1 / 8;

/** The tokens of one key on this instance, and what the other instances do not know of them yet. */
export class TokenBucket {
  /** Whether it waits to be reported. */
  isWaiting = false;
  readonly #key: string;
  readonly #limit: NamedLimit;
  #tokens: number;
  /** Time of `#tokens`, from `performance.now()`. */
  #at: number;
  /** Tokens taken since the last report. */
  #unreported = 0;

  constructor(key: string, limit: NamedLimit, now: number) {
    this.#key = key;
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** The number of tokens at this time; negative after a debt. */
  tokens(now: number): number {
    const { rate, burst } = this.#limit;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1_000) * rate);
    this.#at = now;
    return this.#tokens;
  }

  /** Takes tokens, also below zero; a negative number returns them. */
  remove(cost: number): void {
    this.#tokens -= cost;
    this.#unreported += cost;
  }

  get hasUnreported(): boolean {
    return this.#unreported !== 0;
  }

  /** Whether the other instances should know: enough was taken since the last report, or less than half of the burst is left. */
  get needsReport(): boolean {
    const { burst } = this.#limit;
    if (this.#unreported <= 0) return this.#unreported < 0;
    return this.#unreported >= reportedPart * burst || this.#tokens < burst / 2;
  }

  /** The usage since the last report. */
  report(): BucketUsage {
    const { name, rate, burst } = this.#limit;
    const taken = this.#unreported;
    this.#unreported = 0;
    return { bucket: `${name}:${this.#key}`, rate, burst, taken };
  }

  /** Sets the number of tokens to that of all instances, less what was taken since the report. */
  settle(shared: number, now: number): void {
    this.#tokens = Math.min(this.#limit.burst, shared - this.#unreported);
    this.#at = now;
  }
}
