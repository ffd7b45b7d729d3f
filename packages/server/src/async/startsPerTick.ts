/** Below this count no reset is scheduled: it would be overhead for an owner that begins little in each tick. */
const uncountedMax = 4;

/**
 * Bounds the work that one owner begins in one tick of the event loop. The rest waits for the next tick, so that others are served in
 * between.
 */
export class StartsPerTick {
  readonly #max: number;
  #count = 0;

  constructor(max = 16) {
    this.#max = max;
  }

  /** Whether one more may begin in this tick. */
  take(): boolean {
    this.#count += 1;
    if (this.#count === uncountedMax) setImmediate(() => this.#reset());
    return this.#count <= this.#max;
  }

  #reset(): void {
    this.#count = 0;
  }
}
