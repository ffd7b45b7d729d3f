/**
 * What several feeds have to do in the coming turn of the event loop, done in one go, as far as there is time. Between two
 * immediates of their own Node.js would run the callbacks of `process.nextTick`, by which sockets gather what is written to them.
 */
export class Turn {
  readonly #due = new Set<() => void>();
  readonly #longestMs: number;
  readonly #now: () => number;
  #isScheduled = false;

  /** `longestMs`: milliseconds after which the rest has the next turn. `now`: a clock that measures them. */
  constructor({ longestMs = 3, now = () => performance.now() }: { longestMs?: number; now?: () => number } = {}) {
    this.#longestMs = longestMs;
    this.#now = now;
  }

  /** Gives how to take it back. The same work is done once, however often it was added. */
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
    let left = this.#due.size; // what comes up meanwhile has the next turn
    for (const work of this.#due) {
      this.#due.delete(work);
      work();
      left -= 1;
      if (left <= 0 || this.#now() >= end) break;
    }
    if (this.#due.size > 0) this.#schedule();
  }
}
