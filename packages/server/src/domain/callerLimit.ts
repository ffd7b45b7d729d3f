import type { Connection } from './connection.ts';
import { type RateLimit, RateLimiter } from './rateLimit.ts';

export interface CallerLimits {
  user: RateLimit;
  /** Much more than one user's: many people may share an address. */
  address: RateLimit;
}

/**
 * Limits what one user may do, and what one address may: user ids alone bound nothing where clients choose them, or get
 * new ones as guests. A caller without an identity counts by address alone.
 */
export class CallerLimit {
  readonly #users: RateLimiter;
  readonly #addresses: RateLimiter;

  constructor({ user, address }: CallerLimits) {
    this.#users = new RateLimiter(user);
    this.#addresses = new RateLimiter(address);
  }

  /** Takes tokens of both. Throws `RATE_LIMITED`, and takes nothing. */
  take({ userId, address }: Connection, cost = 1): void {
    const now = performance.now();
    if (userId !== null) this.#users.take(userId, cost, now);
    try {
      this.#addresses.take(address, cost, now);
    } catch (error) {
      if (userId !== null) this.#users.giveBack(userId, cost);
      throw error;
    }
  }

  /** Takes tokens of both that may not be there. */
  charge({ userId, address }: Connection, cost: number): void {
    const now = performance.now();
    if (userId !== null) this.#users.charge(userId, cost, now);
    this.#addresses.charge(address, cost, now);
  }

  /** Milliseconds until both buckets are full to that part of their bursts, from 0 to 1. */
  msUntil({ userId, address }: Connection, part: number): number {
    const ofUser = userId === null ? 0 : this.#users.msUntil(userId, part);
    return Math.max(ofUser, this.#addresses.msUntil(address, part));
  }

  /** Gives back tokens that were taken for nothing. */
  giveBack({ userId, address }: Connection, cost = 1): void {
    if (userId !== null) this.#users.giveBack(userId, cost);
    this.#addresses.giveBack(address, cost);
  }
}
