/**
 * Reads that are asked for while the same read is under way share its answer: when a thousand people come back at once
 * to the same place, the store is asked once. The answer may be older than the question, by one read at most.
 */
export class SingleFlight<K, T> {
  readonly #read: (key: K) => Promise<T>;
  readonly #underWay = new Map<K, Promise<T>>();

  constructor(read: (key: K) => Promise<T>) {
    this.#read = read;
  }

  get(key: K): Promise<T> {
    const shared = this.#underWay.get(key);
    if (shared) return shared;
    const read = this.#read(key).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, read);
    return read;
  }
}
