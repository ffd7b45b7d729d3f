interface BriefCacheOptions {
  /** Milliseconds for which an answer is given again. */
  ttlMs: number;
  /** Entries kept; beyond, the oldest one goes. */
  max: number;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

interface Entry<T> {
  answer: Promise<T>;
  /** Infinity while it is computed. */
  expiresAt: number;
}

/** Shares answers for a moment: what many ask for at once is computed once. Failures are shared while under way only. */
export class BriefCache<T> {
  readonly #options: Required<BriefCacheOptions>;
  readonly #entries = new Map<string, Entry<T>>();

  constructor({ now = () => performance.now(), ...options }: BriefCacheOptions) {
    this.#options = { now, ...options };
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known && this.#options.now() < known.expiresAt) return known.answer;
    this.#entries.delete(key);
    this.#makeRoom();
    const entry: Entry<T> = { answer: compute(), expiresAt: Number.POSITIVE_INFINITY };
    this.#entries.set(key, entry);
    entry.answer.then(
      () => {
        entry.expiresAt = this.#options.now() + this.#options.ttlMs;
      },
      () => {
        if (this.#entries.get(key) === entry) this.#entries.delete(key);
      },
    );
    return entry.answer;
  }

  /** Also what is computed right now is computed again for the next who asks. */
  clear(): void {
    this.#entries.clear();
  }

  #makeRoom(): void {
    const now = this.#options.now();
    for (const [key, { expiresAt }] of this.#entries) {
      if (now < expiresAt && this.#entries.size < this.#options.max) return;
      this.#entries.delete(key);
    }
  }
}
