import type { FrameListener } from './link.ts';
import { messageBytes, microseconds, readStamp } from './stamp.ts';

export interface Collected {
  deliveries: number;
  /** Time of the last delivery, in microseconds. */
  lastAt: number;
  /** Milliseconds from the creation of a message to its arrival, for the watchers whose frames are read. */
  latencies: number[];
}

/**
 * Counts the deliveries at all watchers. A frame counts as a message, not as a join, presence or keep-alive, by its length.
 */
export class Deliveries implements FrameListener {
  #frames = 0;
  #deliveries = 0;
  #goal = Number.POSITIVE_INFINITY;
  #latencies: number[] = [];
  #reached = promised();
  #failure: Error | null = null;

  /** Number of frames of any kind. */
  get frames(): number {
    return this.#frames;
  }

  onSkipped(length: number): void {
    this.#frames += 1;
    if (length < messageBytes) return;
    this.#deliveries += 1;
    if (this.#deliveries === this.#goal) this.#reached.resolve(microseconds());
  }

  onFrame(payload: Buffer): void {
    const stamp = payload.length < messageBytes ? null : readStamp(payload);
    if (stamp !== null) this.#latencies.push((microseconds() - stamp) / 1_000);
    this.onSkipped(payload.length);
  }

  onEnd(reason: string): void {
    this.#failure ??= new Error(`a watcher was lost: ${reason}`);
    this.#reached.reject(this.#failure);
  }

  /** Resets the counts. */
  reset(): void {
    this.#deliveries = 0;
    this.#goal = Number.POSITIVE_INFINITY;
    this.#latencies = [];
    this.#reached = promised();
    if (this.#failure !== null) this.#reached.reject(this.#failure);
  }

  /** Resolves after `goal` deliveries since `reset`. Rejects if there are more, or if none arrives for `timeoutMs`. */
  async until(goal: number, timeoutMs: number): Promise<Collected> {
    this.#goal = goal;
    if (this.#deliveries >= goal) this.#reached.resolve(microseconds());
    const lastAt = await this.#reachedWithin(timeoutMs);
    this.refuseMoreThan(goal);
    return { deliveries: this.#deliveries, lastAt, latencies: this.#latencies };
  }

  refuseMoreThan(goal: number): void {
    if (this.#deliveries > goal) throw new Error(`${this.#deliveries} deliveries came where ${goal} were due`);
  }

  async #reachedWithin(timeoutMs: number): Promise<number> {
    let seen = this.#deliveries;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setInterval(() => {
      if (this.#deliveries === seen) reject(new Error(`only ${seen} of ${this.#goal} deliveries came`));
      seen = this.#deliveries;
    }, timeoutMs);
    try {
      return await Promise.race([this.#reached.promise, promise]);
    } finally {
      clearInterval(timer);
    }
  }
}

/** A promise that may reject before it is awaited. */
function promised() {
  const all = Promise.withResolvers<number>();
  all.promise.catch(() => {});
  return all;
}
