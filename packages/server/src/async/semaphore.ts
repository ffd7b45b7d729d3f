/** Bounds the number of tasks that run at a time. The others wait in order. */
export class Semaphore {
  #free: number;
  readonly #max: number;
  readonly #waiting: { count: number; begin: () => void }[] = [];

  /** `max`: the number of slots. */
  constructor(max: number) {
    this.#max = max;
    this.#free = max;
  }

  /** Runs a task as soon as a slot is free. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    const release = await this.acquire();
    try {
      return await task();
    } finally {
      release();
    }
  }

  /**
   * Resolves when `count` slots are free, in the order of the calls. A caller takes all its slots together, so two callers
   * that need several slots don't block each other. Resolves to a function that frees the slots; further calls of it do
   * nothing.
   */
  async acquire(count = 1): Promise<() => void> {
    const taken = Math.min(count, this.#max);
    if (!this.#take(taken)) await new Promise<void>((begin) => this.#waiting.push({ count: taken, begin }));
    return this.#hold(taken);
  }

  /** Takes a slot if one is free now: the same as `acquire`, without a promise. */
  tryAcquire(): (() => void) | undefined {
    return this.#take(1) ? this.#hold(1) : undefined;
  }

  /** Returns false if so many slots are not free, or if others wait. */
  #take(count: number): boolean {
    if (this.#waiting.length > 0 || count > this.#free) return false;
    this.#free -= count;
    return true;
  }

  #hold(taken: number): () => void {
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
