/** What is done for one client in one turn of the event loop. The rest waits for the next turn, so that others are served in between. */
const maxPerTick = 16;
/** Up to here nothing is counted anew: a client that asks for little at a time costs no look at the turn. */
const uncountedMax = 4;

/** Bounds what one client's frames begin in one turn of the event loop: calls, and refusals of such. */
export class TickLimit {
  #count = 0;

  /** Whether one more may begin in this turn. */
  take(): boolean {
    this.#count += 1;
    if (this.#count === uncountedMax) setImmediate(() => this.#reset());
    return this.#count <= maxPerTick;
  }

  #reset(): void {
    this.#count = 0;
  }
}
