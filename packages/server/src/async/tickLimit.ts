/**
 * Maximum work for one client in one tick of the event loop. The rest waits for the next tick, so that other clients are
 * served in between.
 */
const maxPerTick = 16;
/** Below this count no reset is scheduled: it would be overhead for a client with few calls a tick. */
const uncountedMax = 4;

/** Bounds the work that one client's frames begin in one tick of the event loop: calls, and errors for rejected calls. */
export class TickLimit {
  #count = 0;

  /** Whether one more may begin in this tick. */
  take(): boolean {
    this.#count += 1;
    if (this.#count === uncountedMax) setImmediate(() => this.#reset());
    return this.#count <= maxPerTick;
  }

  #reset(): void {
    this.#count = 0;
  }
}
