/** The smallest share of a tick: one step of one owner, for example one event written to one client. */
const minShare = 1 / 32;

interface QueuedStep {
  start: () => void;
  share: number;
}

/**
 * Divides the concurrent work of many owners over ticks of the event loop, in the order of the requests. A tick starts no more work than
 * fills it, so a thousand owners block the loop no longer than one does.
 */
export class TickShares {
  readonly #queue: QueuedStep[] = [];
  /** The share of this tick that is taken, where 1 is all of it. */
  #usedShare = 0;
  #isScheduled = false;

  /** Takes a share of a tick, from 0 to 1. Undefined if the share is in this tick. Otherwise resolves in the tick that it belongs to. */
  acquire(share = minShare): Promise<void> | undefined {
    if (this.#queue.length > 0 || this.#usedShare >= 1) return this.acquireLater(share);
    this.#usedShare += Math.max(minShare, share);
    this.#schedule();
    return undefined;
  }

  /** Takes a share of a later tick. */
  acquireLater(share = 1): Promise<void> {
    this.#schedule();
    return new Promise((start) => this.#queue.push({ start, share }));
  }

  /** Runs a small step with its own share: after the current code, or in a later tick. */
  run(step: () => void): void {
    const wait = this.acquire();
    if (wait) void wait.then(step);
    else queueMicrotask(step);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#runQueue());
  }

  #runQueue(): void {
    this.#isScheduled = false;
    this.#usedShare = 0;
    let count = 0;
    for (const { share } of this.#queue) {
      if (this.#usedShare >= 1) break;
      this.#usedShare += Math.max(minShare, share);
      count += 1;
    }
    if (count > 0) this.#schedule();
    for (const { start } of this.#queue.splice(0, count)) start();
  }
}
