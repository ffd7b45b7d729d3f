import { yieldToEventLoop } from './yieldToEventLoop.ts';

/** Divides long work into slices, so that it never blocks the event loop for long. */
export class TimeSlices {
  readonly #sliceMs: number;
  #startedAt = performance.now();

  constructor(sliceMs: number) {
    this.#sliceMs = sliceMs;
  }

  /** Whether the current slice is used up. The work then awaits `next`. */
  get isOver(): boolean {
    return performance.now() - this.#startedAt >= this.#sliceMs;
  }

  /** Yields to the event loop and begins another slice. */
  async next(): Promise<void> {
    await yieldToEventLoop();
    this.#startedAt = performance.now();
  }
}
