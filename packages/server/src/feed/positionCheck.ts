/**
 * Runs a check on a timer and on demand, never twice at a time. A demand while a check is under way is answered by one
 * more after it, because what it asks about may have happened after the running one looked.
 */
export class PositionCheck {
  readonly #intervalMs: number;
  readonly #check: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #again = false;

  /** `check` must not reject. */
  constructor(intervalMs: number, check: () => Promise<void>) {
    this.#intervalMs = intervalMs;
    this.#check = check;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#running || this.request(), this.#intervalMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#again = false;
  }

  request(): void {
    if (this.#running) this.#again = true;
    else void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    do {
      this.#again = false;
      await this.#check();
    } while (this.#again);
    this.#running = false;
  }
}
