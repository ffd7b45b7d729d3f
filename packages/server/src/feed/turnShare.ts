/** The smallest share of a turn: one step of one watcher, for example one event written to it alone. */
const leastPart = 1 / 32;

interface Waiting {
  begin: () => void;
  part: number;
}

/**
 * Divides the concurrent work of many watchers over turns of the event loop, in the order of the requests. A turn starts no more work than
 * fills it, so a thousand watchers block the loop no longer than one does.
 */
export class TurnShare {
  readonly #waiting: Waiting[] = [];
  /** The share of this turn that is taken, where 1 is all of it. */
  #used = 0;
  #isScheduled = false;

  /** Takes a share of a turn, from 0 to 1. Undefined if the share is in this turn. Otherwise resolves in the turn that it belongs to. */
  take(part = leastPart): Promise<void> | undefined {
    if (this.#waiting.length > 0 || this.#used >= 1) return this.later(part);
    this.#used += Math.max(leastPart, part);
    this.#schedule();
    return undefined;
  }

  /** Takes a share of a later turn. */
  later(part = 1): Promise<void> {
    this.#schedule();
    return new Promise((begin) => this.#waiting.push({ begin, part }));
  }

  /** Runs a small step with its own share: after the current code, or in a later turn. */
  run(step: () => void): void {
    const wait = this.take();
    if (wait) void wait.then(step);
    else queueMicrotask(step);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    this.#used = 0;
    let count = 0;
    for (const { part } of this.#waiting) {
      if (this.#used >= 1) break;
      this.#used += Math.max(leastPart, part);
      count += 1;
    }
    if (count > 0) this.#schedule();
    for (const { begin } of this.#waiting.splice(0, count)) begin();
  }
}
