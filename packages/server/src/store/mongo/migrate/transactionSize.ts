/** Number of successes in a row. Each growth that is too much costs a transaction of twice the size. */
const successesBeforeGrowth = 10;

/** The number of messages in a transaction: halved after each conflict, and doubled after ten successes in a row. */
export class TransactionSize {
  readonly #max: number;
  #current: number;
  #successes = 0;

  constructor(max: number) {
    this.#max = max;
    this.#current = max;
  }

  get current(): number {
    return this.#current;
  }

  /** Whether there were conflicts lately. */
  get isReduced(): boolean {
    return this.#current < this.#max;
  }

  onSuccess(): void {
    this.#successes += 1;
    if (this.#successes < successesBeforeGrowth) return;
    this.#successes = 0;
    this.#current = Math.min(this.#max, this.#current * 2);
  }

  /** `size`: of the transaction, which may have had fewer messages. */
  onConflict(size: number): void {
    this.#successes = 0;
    this.#current = Math.max(1, Math.ceil(size / 2));
  }
}
