/** Emits a value immediately, then at most one per interval: the latest offered in the meantime. */
export class TrailingThrottle<T> {
  readonly #intervalMs: () => number;
  readonly #emit: (value: T) => void;
  #timer: NodeJS.Timeout | undefined;
  #pending: { value: T } | undefined;

  /** `intervalMs`: returns the length of an interval. Called at the start of each. */
  constructor(intervalMs: () => number, emit: (value: T) => void) {
    this.#intervalMs = intervalMs;
    this.#emit = emit;
  }

  offer(value: T): void {
    if (this.#timer) {
      this.#pending = { value };
      return;
    }
    this.#timer = setTimeout(() => this.#onInterval(), this.#intervalMs()).unref();
    this.#emit(value);
  }

  /** Discards a pending value, because a newer one was sent by other means. */
  drop(): void {
    this.#pending = undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#pending = undefined;
  }

  #onInterval(): void {
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    if (pending) this.offer(pending.value);
  }
}
