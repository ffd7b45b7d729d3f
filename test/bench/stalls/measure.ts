/** One call: CPU time of this thread in milliseconds. */
export interface Measurement {
  /** The maximum between two samples a millisecond apart. The event loop was blocked for that long. */
  hold: number;
  /** The total. */
  cpu: number;
}

/** Milliseconds to wait for earlier work before a call, and for the call's own follow-up work after it. */
const before = 30;
const after = 10;

/**
 * Measures how long the event loop of this thread is blocked. It uses the thread's CPU time, not the clock, so that
 * other processes on the machine don't count. Garbage collections on this thread do.
 */
export class BlockingMeter implements Disposable {
  #longestMs = 0;
  #previousUsage = process.threadCpuUsage();
  readonly #timer = setInterval(() => this.#sample(), 1);

  async measure(work: () => Promise<unknown>): Promise<Measurement> {
    await pause(before);
    this.#sample();
    this.#longestMs = 0;
    const start = process.threadCpuUsage();
    await work();
    await pause(after);
    return { hold: this.#longestMs, cpu: milliseconds(process.threadCpuUsage(start)) };
  }

  #sample(): void {
    this.#longestMs = Math.max(this.#longestMs, milliseconds(process.threadCpuUsage(this.#previousUsage)));
    this.#previousUsage = process.threadCpuUsage();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
