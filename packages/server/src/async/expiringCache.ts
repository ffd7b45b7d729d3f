import { OrderedMap } from './orderedMap.ts';

interface CacheEntry<T> {
  readonly value: T;
  readonly expiresAt: number;
}

/** Caches values, each with its own TTL. Holds a bounded number of them, and evicts the oldest. */
export class ExpiringCache<T> {
  readonly #max: number;
  readonly #now: () => number;
  readonly #entries = new OrderedMap<string, CacheEntry<T>>();

  /** `now`: a monotonic clock, in milliseconds. */
  constructor({ max, now = () => performance.now() }: { max: number; now?: () => number }) {
    this.#max = max;
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#now() < entry.expiresAt) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** Caches the value for `ttlMs` milliseconds. */
  set(key: string, value: T, ttlMs: number): void {
    this.#entries.delete(key); // so that the key becomes the newest
    const now = this.#now();
    for (let { oldest } = this.#entries; oldest; { oldest } = this.#entries) {
      if (now < oldest.value.expiresAt && this.#entries.size < this.#max) break;
      this.#entries.delete(oldest.key);
    }
    this.#entries.set(key, { value, expiresAt: now + ttlMs });
  }
}
