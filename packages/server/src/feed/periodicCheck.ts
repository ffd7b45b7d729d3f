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
  /** Those who wait for a check that begins after their call. */
  #waiting: (() => void)[] = [];

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

  /** Resolves when a check has ended that began after this call, also if further ones are requested. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.request();
    });
  }

  /** Resolves when no check runs. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    do {
      this.#isRequested = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      await this.#check();
      for (const resolve of waiting) resolve();
    } while (this.#isRequested || this.#waiting.length > 0);
    this.#running = null;
  }
}
