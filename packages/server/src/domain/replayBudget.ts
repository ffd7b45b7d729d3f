import { delay } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { CallerLimit, type CallerLimits } from './callerLimit.ts';
import type { Connection } from './connection.ts';
import type { RateLimit } from './tokenBucket.ts';

/** Minimum milliseconds between two checks of the budget for one connection. */
const recheckMinMs = 10;
/** Milliseconds, for each connection that waits, over which their checks are spread: about four checks in a millisecond, of up to a thousand connections. */
const spreadMs = 0.5;
/** Maximum milliseconds over which checks are spread, so that thousands of others who wait don't delay a page by seconds. */
const spreadMaxMs = 500;

/**
 * Limits the pages of replays to a part of the budget for calls. While at least half of the budget is left, a page may always follow, so calls are
 * still possible. Calls may hold the budget below half without end. So below half, a page may also follow if the budget is not in debt and replays
 * have taken less than half of its rate. The page may put the budget in debt, so calls that take all that is left don't starve replays, and calls
 * keep the other half of the rate.
 */
export class ReplayBudget {
  readonly #calls: CallerLimit;
  /** Full unless replays have taken more than half of the rate, while less than half of the budget was left. Counts on this instance only. */
  readonly #share: CallerLimit;
  #waiting = 0;

  /** `calls`: the budget that replays share with calls. */
  constructor(calls: CallerLimit, { user, address }: CallerLimits) {
    this.#calls = calls;
    this.#share = new CallerLimit({ user: withHalfRate(user), address: withHalfRate(address) });
  }

  /** Whether the caller may receive another page of a replay now. */
  isAffordable(caller: Connection): boolean {
    return this.#msUntilAffordable(caller) === 0;
  }

  /** Resolves when the caller may receive another page of a replay. Rejects when the signal aborts. */
  async untilAffordable(caller: Connection, signal: AbortSignalLike): Promise<void> {
    this.#waiting += 1;
    try {
      for (let ms = this.#msUntilAffordable(caller); ms > 0; ms = this.#msUntilAffordable(caller)) {
        const spread = Math.min(this.#waiting * spreadMs, spreadMaxMs);
        await delay(Math.max(ms, recheckMinMs) + Math.random() * spread, signal);
      }
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Charges a page of a replay, which may put the budget in debt. */
  charge(caller: Connection, units: number): void {
    if (this.#calls.msUntil(caller, 0.5) > 0) this.#share.charge(caller, units);
    this.#calls.charge(caller, units);
  }

  #msUntilAffordable(caller: Connection): number {
    const untilHalf = this.#calls.msUntil(caller, 0.5);
    if (untilHalf === 0) return 0;
    return Math.min(untilHalf, Math.max(this.#calls.msUntil(caller, 0), this.#share.msUntil(caller, 1)));
  }
}

const withHalfRate = ({ rate, burst }: RateLimit): RateLimit => ({ rate: rate / 2, burst });
