import type { CallerUnits } from './callerUnits.ts';
import type { Connection } from './connection.ts';
import type { LimitSharing } from './limitSharing.ts';
import { RateLimiter } from './rateLimit.ts';
import type { RateLimit } from './tokenBucket.ts';

export interface CallerLimits {
  user: RateLimit;
  /** Much more than one user's: many users may share an address. */
  address: RateLimit;
}

export interface CallerLimitOptions {
  /** Distinguishes the limit from others: on other instances, and in metrics. */
  name?: string;
  /** How the limit holds over all instances. Without it, it holds on this one. */
  sharing?: LimitSharing | null;
  /** Called with each refusal, and with what was over its limit. */
  onRefused?: (by: 'user' | 'address') => void;
}

/**
 * Limits both users and addresses. User ids alone limit nothing if clients choose them or get new ones as guests. A caller without an
 * identity counts by address only.
 */
export class CallerLimit {
  readonly #users: RateLimiter;
  readonly #addresses: RateLimiter;

  constructor({ user, address }: CallerLimits, { name = '', sharing = null, onRefused }: CallerLimitOptions = {}) {
    const options = (by: 'user' | 'address') => ({
      name: `${name}:${by}`,
      sharing,
      onRefused: () => onRefused?.(by),
    });
    this.#users = new RateLimiter(user, options('user'));
    this.#addresses = new RateLimiter(address, options('address'));
  }

  /** Takes tokens from both buckets. Throws `RATE_LIMITED`, and takes nothing, if either lacks them. */
  take({ userId, address }: Pick<Connection, 'userId' | 'address'>, cost = 1): void {
    const now = performance.now();
    if (userId !== null) this.#users.take(userId, cost, now);
    try {
      this.#addresses.take(address, cost, now);
    } catch (error) {
      if (userId !== null) this.#users.refund(userId, cost);
      throw error;
    }
  }

  /** Takes tokens from both buckets, even below zero. */
  charge({ userId, address }: Pick<Connection, 'userId' | 'address'>, cost: number): void {
    const now = performance.now();
    if (userId !== null) this.#users.charge(userId, cost, now);
    this.#addresses.charge(address, cost, now);
  }

  /** Milliseconds until both buckets are filled to that part of their bursts, from 0 to 1, and have the reserved tokens in addition. */
  msUntil(caller: Pick<Connection, 'userId' | 'address'>, part: number, reserved?: CallerUnits): number {
    const { userId, address } = caller;
    const ofUser = userId === null ? 0 : this.#users.msUntil(userId, part, reserved?.ofUser(userId));
    return Math.max(ofUser, this.#addresses.msUntil(address, part, reserved?.ofAddress(address)));
  }

  /** Returns unused tokens to both buckets. */
  refund({ userId, address }: Pick<Connection, 'userId' | 'address'>, cost = 1): void {
    if (userId !== null) this.#users.refund(userId, cost);
    this.#addresses.refund(address, cost);
  }
}
