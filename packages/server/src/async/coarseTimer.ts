/** Calls back for each item after `ms` to twice `ms`. All items share one timer, so an item costs one element of an array. */
export class CoarseTimer<T> {
  readonly #ms: number;
  readonly #onDue: (item: T) => void;
  #added: T[] = [];
  /** The items that were added before the last tick. */
  #due: T[] = [];
  #isRunning = false;

  /** `ms`: the shortest time in milliseconds. */
  constructor(ms: number, onDue: (item: T) => void) {
    this.#ms = ms;
    this.#onDue = onDue;
  }

  add(item: T): void {
    this.#added.push(item);
    if (!this.#isRunning) this.#start();
  }

  #start(): void {
    this.#isRunning = true;
    setTimeout(() => this.#tick(), this.#ms);
  }

  #tick(): void {
    const due = this.#due;
    this.#due = this.#added;
    this.#added = [];
    this.#isRunning = false;
    if (this.#due.length > 0) this.#start();
    for (const item of due) this.#onDue(item);
  }
}
