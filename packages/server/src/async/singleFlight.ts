/**
 * Shares the answer of a read with identical requests made while it is in progress: a thousand concurrent callers cause one
 * read. The answer may be older than the request, by at most one read.
 */
export class SingleFlight<K, T> {
  readonly #read: (key: K) => Promise<T>;
  readonly #inFlight = new Map<K, Promise<T>>();

  constructor(read: (key: K) => Promise<T>) {
    this.#read = read;
  }

  get(key: K): Promise<T> {
    const shared = this.#inFlight.get(key);
    if (shared) return shared;
    const read = this.#read(key).finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, read);
    return read;
  }
}
