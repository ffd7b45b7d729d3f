import { EarshotError } from '@earshot/shared';
import { LatestEntries } from '../../async/latestEntries.ts';
import type { SharedBuckets } from '../../limits/limits.ts';

/** Users of whom this instance knows when they may send again. */
const usersMax = 100_000;

/**
 * The pauses between the sends of a user in a room with slow mode. All instances share a bucket for each room and user, which holds one
 * send. While it can't be reached, each instance counts by itself. Only rooms with slow mode cost this.
 */
export class SlowMode {
  readonly #buckets: Pick<SharedBuckets, 'take'>;
  /** When the users may send again, from `performance.now()`. */
  readonly #nextSends = new LatestEntries<string, number>(usersMax);

  constructor(buckets: Pick<SharedBuckets, 'take'>) {
    this.#buckets = buckets;
  }

  /** Takes the user's send. Throws `SLOW_MODE` if the pause is not over. */
  async take(roomId: string, userId: string, intervalMs: number): Promise<void> {
    const key = JSON.stringify([roomId, userId]);
    const now = performance.now();
    const waitMs = (this.#nextSends.get(key) ?? 0) - now;
    if (waitMs > 0) throw tooEarly(Math.min(waitMs, intervalMs));
    this.#nextSends.set(key, now + intervalMs);
    const usage = { bucket: `slow:${key}`, rate: 1_000 / intervalMs, burst: 1 };
    const [left = null] = await this.#buckets.take([{ ...usage, taken: 1 }]);
    if (left === null || left >= 0) return;
    void this.#buckets.take([{ ...usage, taken: -1 }]);
    const missingMs = Math.min(intervalMs, Math.max(1, -left * intervalMs));
    this.#nextSends.set(key, performance.now() + missingMs);
    throw tooEarly(missingMs);
  }
}

const tooEarly = (waitMs: number) => new EarshotError('SLOW_MODE', { retryAfterMs: Math.ceil(waitMs) });
