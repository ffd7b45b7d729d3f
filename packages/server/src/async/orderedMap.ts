interface Entry<Key, Value> {
  readonly key: Key;
  readonly value: Value;
}

/** Holds an entry until it is removed. */
interface Slot<Key, Value> {
  entry: Entry<Key, Value> | undefined;
}

/**
 * A map that knows its oldest entry. In a plain `Map` the first key is found by stepping over every key deleted before it, so a full cache
 * that evicts one entry for each new one would take longer for each, the more entries it holds.
 *
 * Removed values can be collected at once. A plain `Map` does not allow this: it moves to a new table when its table is full, and the old table
 * refers to the new one. Once an old table is in the old part of the heap, all later tables and their values count as used until the whole heap
 * is collected. Here the tables refer to slots, which are emptied.
 */
export class OrderedMap<Key, Value> {
  readonly #slots = new Map<Key, Slot<Key, Value>>();
  /** Continues where it stopped: the entries before it have been removed, or added again since. */
  #iterator: Iterator<Slot<Key, Value>> = this.#slots.values();
  #oldest: Slot<Key, Value> | undefined;

  get size(): number {
    return this.#slots.size;
  }

  get(key: Key): Value | undefined {
    return this.#slots.get(key)?.entry?.value;
  }

  /** Sets the value. A known key keeps its rank in the order: delete it first to make it the newest. */
  set(key: Key, value: Value): void {
    const entry = { key, value };
    const known = this.#slots.get(key);
    if (known) known.entry = entry;
    else this.#slots.set(key, { entry });
  }

  delete(key: Key): boolean {
    const slot = this.#slots.get(key);
    if (slot) slot.entry = undefined;
    return this.#slots.delete(key);
  }

  clear(): void {
    for (const slot of this.#slots.values()) slot.entry = undefined;
    this.#slots.clear();
  }

  /** The entry that was added first; undefined if there is none. */
  get oldest(): Entry<Key, Value> | undefined {
    if (this.#oldest?.entry || this.#slots.size === 0) return this.#oldest?.entry;
    let { value, done } = this.#iterator.next();
    if (done) {
      this.#iterator = this.#slots.values();
      ({ value, done } = this.#iterator.next());
    }
    this.#oldest = value;
    return this.#oldest?.entry;
  }
}
