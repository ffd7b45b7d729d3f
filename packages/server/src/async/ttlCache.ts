import { OrderedMap } from './orderedMap.ts';

interface TtlCacheOptions {
  /** Milliseconds for which an answer is cached. */
  ttlMs: number;
  /** Maximum number of entries; the oldest are evicted. */
  max: number;
  /** A monotonic clock, in milliseconds. */
  now?: () => number;
}

interface CacheEntry<T> {
  value: Promise<T>;
  begunAt: number;
  /** Infinity while the answer is being computed. */
  expiresAt: number;
}

/** Caches answers briefly: concurrent requests share one computation. Failures are shared only while in progress. */
export class TtlCache<T> {
  readonly #options: Required<TtlCacheOptions>;
  readonly #entries = new OrderedMap<string, CacheEntry<T>>();

  constructor({ now = () => performance.now(), ...options }: TtlCacheOptions) {
    this.#options = { now, ...options };
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Computations that began before `notBefore`, a time of the clock, are not shared. */
  get(key: string, compute: () => Promise<T>, notBefore = Number.NEGATIVE_INFINITY): Promise<T> {
    const known = this.#entries.get(key);
    const begunAt = this.#options.now();
    if (known && begunAt < known.expiresAt && known.begunAt >= notBefore) return known.value;
    this.#entries.delete(key);
    this.#evict();
    const entry: CacheEntry<T> = { value: compute(), begunAt, expiresAt: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    entry.value.then(
      () => {
        entry.expiresAt = this.#options.now() + this.#options.ttlMs;
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry.value;
  }

  /** Removes the answer for this key. An answer in progress is computed again for the next request. */
  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Clears the cache. Answers in progress are computed again for the next request. */
  clear(): void {
    this.#entries.clear();
  }

  #evict(): void {
    const now = this.#options.now();
    for (let { oldest } = this.#entries; oldest; { oldest } = this.#entries) {
      if (now < oldest.value.expiresAt && this.#entries.size < this.#options.max) return;
      this.#entries.delete(oldest.key);
    }
  }
}
