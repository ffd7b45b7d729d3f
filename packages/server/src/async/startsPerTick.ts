/** Below this count no reset is scheduled: it would be overhead for an owner that begins little in each tick. */
const uncountedMax = 4;

/**
 * Bounds the work that begins in one tick of the event loop, so that others are served in between. The rest begins in later ticks, in the
 * order of the requests: of several queues that share a bound, none keeps the others waiting.
 */
export class StartsPerTick {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  constructor(max = 16) {
    this.#max = max;
  }

  /** Undefined if one more may begin now. Otherwise resolves in the tick in which it may. */
  take(): Promise<void> | undefined {
    if (this.#waiting.length === 0) {
      this.#count += 1;
      if (this.#count === uncountedMax) setImmediate(() => this.#beginTick());
      if (this.#count <= this.#max) return undefined;
    }
    return new Promise((begin) => this.#waiting.push(begin));
  }

  #beginTick(): void {
    const begun = this.#waiting.splice(0, this.#max);
    this.#count = begun.length;
    if (this.#count >= uncountedMax) setImmediate(() => this.#beginTick());
    for (const begin of begun) begin();
  }
}
