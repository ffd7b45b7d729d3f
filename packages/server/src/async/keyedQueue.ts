/** Runs the tasks of one key one after another, in order, and those of different keys concurrently. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Settles as the task does. A failed task does not block the next. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(task);
    const forget = () => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    const tail: Promise<void> = result.then(forget, forget);
    this.#tails.set(key, tail);
    return result;
  }

  /** Resolves when every task queued so far has settled. */
  async drained(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  /** Number of keys with unsettled tasks. */
  get size(): number {
    return this.#tails.size;
  }
}
