import { yieldToEventLoop } from './yieldToEventLoop.ts';

/** Counts running calls, so that a shutdown can let them finish. */
export class InFlight {
  #count = 0;
  #idleWaiters: (() => void)[] = [];
  #isDraining = false;

  /** Whether the shutdown has begun, so that no more calls may begin. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await call();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) for (const resolve of this.#idleWaiters.splice(0)) resolve();
    }
  }

  /** Resolves when no call is running, or after `ms` milliseconds. */
  async drain(ms: number): Promise<void> {
    this.#isDraining = true;
    if (this.#count === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idleWaiters.push(resolve);
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
    await yieldToEventLoop(); // a call counts until it has a result; its answer is written afterwards
  }
}
