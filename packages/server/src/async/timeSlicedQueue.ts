/**
 * Runs the pending work of several owners together in the coming tick of the event loop, within a time limit. With one immediate for each,
 * Node.js would run the callbacks of `process.nextTick` in between, which sockets use to batch their writes.
 */
export class TimeSlicedQueue {
  readonly #due = new Set<() => void>();
  readonly #longestMs: number;
  readonly #now: () => number;
  #isScheduled = false;

  /** `longestMs`: milliseconds after which the remaining work moves to the next tick. `now`: the clock that measures them. */
  constructor({ longestMs = 3, now = () => performance.now() }: { longestMs?: number; now?: () => number } = {}) {
    this.#longestMs = longestMs;
    this.#now = now;
  }

  /** Schedules the work. Returns a function that cancels it. Work added several times runs once. */
  add(work: () => void): () => void {
    this.#due.add(work);
    this.#schedule();
    return () => this.#due.delete(work);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    const end = this.#now() + this.#longestMs;
    let left = this.#due.size; // work added while others run moves to the next tick
    for (const work of this.#due) {
      this.#due.delete(work);
      work();
      left -= 1;
      if (left <= 0 || this.#now() >= end) break;
    }
    if (this.#due.size > 0) this.#schedule();
  }
}
