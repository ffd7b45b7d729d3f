/** Emits a value immediately, then at most one per interval: the latest offered in the meantime. */
export class Latest<T> {
  readonly #intervalMs: number;
  readonly #emit: (value: T) => void;
  #timer: NodeJS.Timeout | undefined;
  #waiting: { value: T } | undefined;

  constructor(intervalMs: number, emit: (value: T) => void) {
    this.#intervalMs = intervalMs;
    this.#emit = emit;
  }

  offer(value: T): void {
    if (this.#timer) {
      this.#waiting = { value };
      return;
    }
    this.#timer = setTimeout(() => this.#turn(), this.#intervalMs).unref();
    this.#emit(value);
  }

  /** Discards a pending value, because a newer one was sent by other means. */
  drop(): void {
    this.#waiting = undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
  }

  #turn(): void {
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) this.offer(waiting.value);
  }
}
