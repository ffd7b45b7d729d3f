import { limits } from '@earshot/shared';
import { delay } from '../async/abort.ts';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { CallerLimit, type CallerLimits } from './callerLimit.ts';
import { CallerUnits } from './callerUnits.ts';
import type { Connection } from './connection.ts';
import type { RateLimit } from './tokenBucket.ts';
import { charsPerUnit } from './unitsOf.ts';

/** Units that a page reserves: the cost of a full page, which only its last message may exceed. A whole number, so that sums are exact. */
const pageUnits = Math.ceil(limits.pageChars / charsPerUnit);
/** Minimum milliseconds between two checks of the budget for one connection. */
const recheckMinMs = 10;
/** Milliseconds, for each connection that waits, over which their checks are spread: about four checks in a millisecond, of up to a thousand connections. */
const spreadMs = 0.5;
/** Maximum milliseconds over which checks are spread, so that thousands of others who wait don't delay a page by seconds. */
const spreadMaxMs = 500;

/** Units that are reserved for a page until it is charged. */
export interface PageReservation {
  /** Charges the cost of the page instead, which may put the budget in debt. */
  charge(units: number): void;
  /** Gives the units back, unless the page is charged. */
  cancel(): void;
}

/**
 * Limits the pages of replays to a part of the budget for calls. While at least half of the budget is left, a page may always follow, so calls are
 * still possible. Calls may hold the budget below half without end. So below half, a page may also follow if the budget is not in debt, replays
 * have taken less than half of its rate, and no other such page is being read. The page may put the budget in debt, so calls that take all that is
 * left don't starve replays, and calls keep the other half of the rate.
 *
 * What a page costs is known once it is read. Until then its units are reserved, so that pages which are read at the same time don't take the same
 * units. Calls don't see reserved units: most pages cost much less.
 */
export class ReplayBudget {
  readonly #calls: CallerLimit;
  /** Full unless replays have taken more than half of the rate, while less than half of the budget was left. Counts on this instance only. */
  readonly #share: CallerLimit;
  /** Units of all pages that are being read. */
  readonly #reserved = new CallerUnits();
  /** Units of those pages that take part of the share. */
  readonly #reservedOfShare = new CallerUnits();
  #waiting = 0;

  /** `calls`: the budget that replays share with calls. */
  constructor(calls: CallerLimit, { user, address }: CallerLimits) {
    this.#calls = calls;
    this.#share = new CallerLimit({ user: withHalfRate(user), address: withHalfRate(address) });
  }

  /** Reserves the units of a page. Undefined if the caller can't afford another page now. */
  tryReserve({ userId, address }: Connection): PageReservation | undefined {
    const caller = { userId, address }; // the connection may get another identity while the page is read
    const isAboveHalf = this.#calls.msUntil(caller, 0.5, this.#reserved) === 0;
    if (!isAboveHalf && this.#msUntilShare(caller) > 0) return undefined;
    return this.#reserve(caller, isAboveHalf ? null : this.#share);
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

  /** `share`: charged with the page too; null if the page takes no part of it. */
  #reserve(caller: Caller, share: CallerLimit | null): PageReservation {
    let isReserved = true;
    const cancel = () => {
      if (!isReserved) return;
      isReserved = false;
      this.#reserved.add(caller, -pageUnits);
      if (share) this.#reservedOfShare.add(caller, -pageUnits);
    };
    this.#reserved.add(caller, pageUnits);
    if (share) this.#reservedOfShare.add(caller, pageUnits);
    const charge = (units: number) => {
      cancel();
      share?.charge(caller, units);
      this.#calls.charge(caller, units);
    };
    return { charge, cancel };
  }

  #msUntilAffordable(caller: Caller): number {
    const untilHalf = this.#calls.msUntil(caller, 0.5, this.#reserved);
    if (untilHalf === 0) return 0;
    const ms = Math.min(untilHalf, this.#msUntilShare(caller));
    // Reserved units are charged or given back soon, usually before as many would have been refilled.
    return this.#reserved.has(caller) ? Math.min(ms, recheckMinMs) : ms;
  }

  #msUntilShare(caller: Caller): number {
    if (this.#reservedOfShare.has(caller)) return recheckMinMs;
    return Math.max(this.#calls.msUntil(caller, 0), this.#share.msUntil(caller, 1));
  }
}

type Caller = Pick<Connection, 'userId' | 'address'>;

const withHalfRate = ({ rate, burst }: RateLimit): RateLimit => ({ rate: rate / 2, burst });
