import { EarshotError } from '@earshot/shared';
import { LatestEntries } from '../../async/latestEntries.ts';
import type { SharedBuckets } from '../../limits/limits.ts';

/** Users of whom this instance knows when they may send again. */
const usersMax = 100_000;

/** What a user does in a room with slow mode. Sends and edits are counted apart. */
export interface Turn {
  roomId: string;
  userId: string;
  action: 'sendMessage' | 'editMessage';
}

/**
 * The pauses between the sends of a user in a room with slow mode, and between the edits. All instances share a bucket for each room, user and
 * action, which holds one. While it can't be reached, each instance counts by itself. Only rooms with slow mode cost this.
 */
export class SlowMode {
  readonly #buckets: Pick<SharedBuckets, 'take'>;
  /** When the users may do it again, from `performance.now()`. */
  readonly #nextTurns = new LatestEntries<string, number>(usersMax);

  constructor(buckets: Pick<SharedBuckets, 'take'>) {
    this.#buckets = buckets;
  }

  /** Takes the user's turn. Throws `SLOW_MODE` if the pause is not over. */
  async take({ roomId, userId, action }: Turn, intervalMs: number): Promise<void> {
    const key = JSON.stringify([roomId, userId, ...(action === 'editMessage' ? ['edit'] : [])]);
    const now = performance.now();
    const waitMs = (this.#nextTurns.get(key) ?? 0) - now;
    if (waitMs > 0) throw tooEarly(Math.min(waitMs, intervalMs));
    this.#nextTurns.set(key, now + intervalMs);
    const usage = { bucket: `slow:${key}`, rate: 1_000 / intervalMs, burst: 1 };
    const [left = null] = await this.#buckets.take([{ ...usage, taken: 1 }]);
    if (left === null || left >= 0) return;
    void this.#buckets.take([{ ...usage, taken: -1 }]);
    const missingMs = Math.min(intervalMs, Math.max(1, -left * intervalMs));
    this.#nextTurns.set(key, performance.now() + missingMs);
    throw tooEarly(missingMs);
  }
}

const tooEarly = (waitMs: number) => new EarshotError('SLOW_MODE', { retryAfterMs: Math.ceil(waitMs) });
