interface CircuitBreakerOptions {
  /** Consecutive failures after which the service is not called. */
  failures: number;
  /** Milliseconds for which it is not called then, and between two probes. */
  pauseMs: number;
  /** A monotonic clock, in milliseconds. */
  now?: () => number;
}

/**
 * Stops calls to a service that fails, so that callers don't wait for it. After a pause, one call probes whether the
 * service is back.
 */
export class CircuitBreaker {
  readonly #options: Required<CircuitBreakerOptions>;
  #failures = 0;
  #pausedUntil = 0;

  constructor({ now = () => performance.now(), ...options }: CircuitBreakerOptions) {
    this.#options = { now, ...options };
  }

  /**
   * Asks to make a call. Returns 0 if it may be made: the caller then reports its result. Otherwise returns the milliseconds
   * until the next one may be.
   */
  admit(): number {
    const { failures, pauseMs, now } = this.#options;
    if (this.#failures < failures) return 0;
    const wait = this.#pausedUntil - now();
    if (wait > 0) return wait;
    this.#pausedUntil = now() + pauseMs; // this call is the probe
    return 0;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  failed(): void {
    this.#failures += 1;
    this.#pausedUntil = this.#options.now() + this.#options.pauseMs;
  }
}
