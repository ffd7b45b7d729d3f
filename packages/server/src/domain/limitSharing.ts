import type { SharedBuckets } from '../limits/limits.ts';
import type { TokenBucket } from './tokenBucket.ts';

/** Milliseconds between two reports. */
const intervalMs = 100;
/** Maximum buckets in one report: it takes a few milliseconds, here and in the service that holds the buckets. */
const batchMax = 500;
/** Maximum buckets that wait for a report while the service is slow. Further ones count on this instance only. */
const waitingMax = 100_000;

/**
 * Reports what callers took from their buckets on this instance, and learns what is left for them on all instances. Calls never wait for
 * it: an instance decides by what it knows. If the service can't be reached, the usage of that time counts on this instance only.
 */
export class LimitSharing {
  readonly #buckets: Pick<SharedBuckets, 'take'>;
  readonly #waiting: TokenBucket[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isReporting = false;
  #isClosed = false;

  constructor(buckets: Pick<SharedBuckets, 'take'>) {
    this.#buckets = buckets;
  }

  /** Number of buckets that wait to be reported. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Adds a bucket to the next report. */
  add(bucket: TokenBucket): void {
    if (bucket.isWaiting || this.#isClosed || this.#waiting.length >= waitingMax) return;
    bucket.isWaiting = true;
    this.#waiting.push(bucket);
    this.#schedule();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#isReporting) return;
    this.#timer = setTimeout(() => void this.#reportAll(), intervalMs).unref();
  }

  async #reportAll(): Promise<void> {
    this.#timer = undefined;
    this.#isReporting = true;
    let batch = this.#waiting.splice(0, batchMax);
    while (batch.length > 0) {
      await this.#report(batch);
      batch = batch.length === batchMax ? this.#waiting.splice(0, batchMax) : [];
    }
    this.#isReporting = false;
    if (this.#waiting.length > 0) this.#schedule();
  }

  async #report(batch: readonly TokenBucket[]): Promise<void> {
    const left = await this.#buckets.take(batch.map((bucket) => bucket.report()));
    const now = performance.now();
    for (const [n, bucket] of batch.entries()) {
      const tokens = left[n];
      if (tokens !== undefined && tokens !== null) bucket.settle(tokens, now);
      bucket.isWaiting = false;
      if (bucket.needsReport) this.add(bucket);
    }
  }
}
