interface Entry<Key, Value> {
  readonly key: Key;
  value: Value;
}

/**
 * A map that knows its oldest entry. In a plain `Map` the first key is found by stepping over every key deleted before it, so a full cache
 * that evicts one entry for each new one would take longer for each, the more entries it holds.
 */
export class OrderedMap<Key, Value> {
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  /** Continues where it stopped: the entries before it have been removed, or added again since. */
  #iterator: Iterator<Entry<Key, Value>> = this.#entries.values();
  #oldest: Entry<Key, Value> | undefined;

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Sets the value. A known key keeps its place in the order: delete it first to make it the newest. */
  set(key: Key, value: Value): void {
    const known = this.#entries.get(key);
    if (known) known.value = value;
    else this.#entries.set(key, { key, value });
  }

  delete(key: Key): boolean {
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The entry that was added first; undefined if there is none. */
  get oldest(): Readonly<Entry<Key, Value>> | undefined {
    if (this.#oldest && this.#entries.get(this.#oldest.key) === this.#oldest) return this.#oldest;
    this.#oldest = undefined; // does not keep a removed value in memory
    if (this.#entries.size === 0) return undefined;
    let { value, done } = this.#iterator.next();
    if (done) {
      this.#iterator = this.#entries.values();
      ({ value, done } = this.#iterator.next());
    }
    this.#oldest = value;
    return value;
  }
}
