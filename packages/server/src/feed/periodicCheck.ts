/**
 * Runs a check on a timer and on demand, one at a time. A request during a running check causes one more check afterwards, because the
 * running one may have read the state before the event behind the request.
 */
export class PeriodicCheck {
  readonly #intervalMs: number;
  readonly #check: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  /** Settles with the running check and those requested meanwhile; null while none runs. */
  #running: Promise<void> | null = null;
  #isRequested = false;

  /** `check` must not reject. */
  constructor(intervalMs: number, check: () => Promise<void>) {
    this.#intervalMs = intervalMs;
    this.#check = check;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#running ?? this.request(), this.#intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#isRequested = false;
  }

  request(): void {
    if (this.#running) this.#isRequested = true;
    else this.#running = this.#run();
  }

  /** Resolves when no check runs. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#isRequested = false;
      await this.#check();
    } while (this.#isRequested);
    this.#running = null;
  }
}
