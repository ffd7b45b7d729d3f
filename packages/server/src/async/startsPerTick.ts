/** Below this count no reset is scheduled: it would be overhead for an owner that begins little in each tick. */
const uncountedMax = 4;

/**
 * Bounds the work that begins in one tick of the event loop, so that others are served in between. The rest begins in later ticks, in the
 * order of the requests: of several queues that share a bound, none keeps the others waiting.
 */
export class StartsPerTick {
  readonly #max: number;
  readonly #tickMs: number;
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  /** @param tickMs the shortest time for which the bound counts, in milliseconds. */
  constructor(max = 16, tickMs = 0) {
    this.#max = max;
    this.#tickMs = tickMs;
  }

  /** Undefined if one more may begin now. Otherwise resolves in the tick in which it may. */
  take(): Promise<void> | undefined {
    if (this.#waiting.length === 0) {
      this.#count += 1;
      if (this.#count === uncountedMax) this.#schedule();
      if (this.#count <= this.#max) return undefined;
    }
    return new Promise((begin) => this.#waiting.push(begin));
  }

  #schedule(): void {
    if (this.#tickMs === 0) setImmediate(() => this.#beginTick());
    else setTimeout(() => this.#beginTick(), this.#tickMs);
  }

  #beginTick(): void {
    const begun = this.#waiting.splice(0, this.#max);
    this.#count = begun.length;
    if (this.#count >= uncountedMax) this.#schedule();
    for (const begin of begun) begin();
  }
}
