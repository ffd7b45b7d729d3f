/** Bounds how many answers are being made at a time, for all clients together: they count as unread only once they are written. */
export class AnswerSlots {
  #free: number;
  readonly #max: number;
  readonly #waiting: { count: number; begin: () => void }[] = [];

  /** `max`: answers being made at a time. */
  constructor(max: number) {
    this.#max = max;
    this.#free = max;
  }

  /** Runs a call that makes an answer, when its turn has come. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const release = await this.acquire(1);
    try {
      return await call();
    } finally {
      release();
    }
  }

  /**
   * Resolves when that many slots are free, in the order of the calls: they are taken together, so that two who need several do
   * not wait for each other. What it resolves with frees them; calling it again does nothing.
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
