/** The least part of a turn: a step of one watcher, such as one event written to it alone. */
const leastPart = 1 / 32;

interface Waiting {
  begin: () => void;
  part: number;
}

/**
 * Divides work that many watchers have at the same time, each for itself, over turns of the event loop, in the order in which it
 * was asked for. A turn begins no more work than fills it, so a thousand watchers hold the loop no longer than one does.
 */
export class TurnShare {
  readonly #waiting: Waiting[] = [];
  /** The part of this turn that is taken: 1 is all. */
  #used = 0;
  #isScheduled = false;

  /** Takes a part of a turn, from 0 to 1. Undefined: of this one. Otherwise resolves in the turn that it is a part of. */
  take(part = leastPart): Promise<void> | undefined {
    if (this.#waiting.length > 0 || this.#used >= 1) return this.later(part);
    this.#used += Math.max(leastPart, part);
    this.#schedule();
    return undefined;
  }

  /** Takes a part of a later turn. */
  later(part = 1): Promise<void> {
    this.#schedule();
    return new Promise((begin) => this.#waiting.push({ begin, part }));
  }

  /** Runs a small step in a part of its own: after what runs now, or in a later turn. */
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
