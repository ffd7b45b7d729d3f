/** What is done for one client in one turn of the event loop. The rest waits for the next turn, so that others are served in between. */
const perTurn = 16;
/** Up to here nothing is counted anew: a client that asks for little at a time costs no look at the turn. */
const uncounted = 4;

/** Bounds what one client's frames begin in one turn of the event loop: calls, and refusals of such. */
export class Burst {
  #count = 0;

  /** Whether one more may begin in this turn. */
  take(): boolean {
    this.#count += 1;
    if (this.#count === uncounted) setImmediate(() => this.#end());
    return this.#count <= perTurn;
  }

  #end(): void {
    this.#count = 0;
  }
}
