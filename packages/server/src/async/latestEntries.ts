import { OrderedMap } from './orderedMap.ts';

/** A map that keeps only the entries that were added last. */
export class LatestEntries<Key, Value> {
  readonly #max: number;
  readonly #entries = new OrderedMap<Key, Value>();

  constructor(max: number) {
    this.#max = max;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries.set(key, value);
    const { oldest } = this.#entries;
    if (oldest && this.#entries.size > this.#max) this.#entries.delete(oldest.key);
  }
}
