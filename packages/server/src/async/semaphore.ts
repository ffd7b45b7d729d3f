/** Bounds the number of answers being built at a time, for all clients together: an answer counts as unread only after it is written. */
export class AnswerSlots {
  #free: number;
  readonly #max: number;
  readonly #waiting: { count: number; begin: () => void }[] = [];

  /** `max`: answers being built at a time. */
  constructor(max: number) {
    this.#max = max;
    this.#free = max;
  }

  /** Runs a call that builds an answer, as soon as a slot is free. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const release = await this.acquire(1);
    try {
      return await call();
    } finally {
      release();
    }
  }

  /**
   * Resolves when `count` slots are free, in the order of the calls. A caller takes all its slots together, so two callers
   * that need several slots don't block each other. Resolves to a function that frees the slots; further calls of it do
   * nothing.
   */
  async acquire(count: number): Promise<() => void> {
    const taken = Math.min(count, this.#max);
    if (this.#waiting.length > 0 || taken > this.#free) {
      await new Promise<void>((begin) => this.#waiting.push({ count: taken, begin }));
    } else this.#free -= taken;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#release(taken);
    };
  }

  #release(count: number): void {
    this.#free += count;
    for (let next = this.#waiting[0]; next !== undefined && next.count <= this.#free; next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#free -= next.count;
      next.begin();
    }
  }
}
