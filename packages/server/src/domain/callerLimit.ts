import type { Connection } from './connection.ts';
import { type RateLimit, RateLimiter } from './rateLimit.ts';

export interface CallerLimits {
  user: RateLimit;
  /** Much more than one user's: many people may share an address. */
  address: RateLimit;
}

/**
 * Limits what one user may do, and what one address may: user ids alone bound nothing where clients choose them, or get
 * new ones as guests.
 */
export class CallerLimit {
  readonly #users: RateLimiter;
  readonly #addresses: RateLimiter;

  constructor({ user, address }: CallerLimits) {
    this.#users = new RateLimiter(user);
    this.#addresses = new RateLimiter(address);
  }

  /** Takes one token of each. Throws `RATE_LIMITED`, and takes nothing; `UNAUTHENTICATED` and the like without a user. */
  take({ user, address }: Connection): void {
    this.#users.take(user.userId);
    try {
      this.#addresses.take(address);
    } catch (error) {
      this.#users.giveBack(user.userId);
      throw error;
    }
  }

  /** Gives back what was taken for nothing. */
  giveBack({ user, address }: Connection): void {
    this.#users.giveBack(user.userId);
    this.#addresses.giveBack(address);
  }
}
