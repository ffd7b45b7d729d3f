/** Runs tasks of one key one after the other, in the order they came, and those of different keys side by side. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  /** Settles as the task does. A task that fails doesn't hold up the next. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(task);
    const forget = () => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    };
    const tail: Promise<void> = result.then(forget, forget);
    this.#tails.set(key, tail);
    return result;
  }

  /** Resolves when everything handed over until now has settled. */
  async drained(): Promise<void> {
    await Promise.all(this.#tails.values());
  }

  /** Keys with tasks that have not settled. */
  get size(): number {
    return this.#tails.size;
  }
}
