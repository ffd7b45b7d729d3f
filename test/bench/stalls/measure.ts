/** One call: milliseconds of CPU of this thread. */
export interface Measurement {
  /** Between two looks a millisecond apart, at most: as long as that, nothing else had its turn. */
  hold: number;
  /** Altogether. */
  cpu: number;
}

/** Milliseconds for what is left over from before, and for what a call leaves behind. */
const before = 30;
const after = 10;

/**
 * Measures what holds the event loop of this thread. By its CPU, not by the clock: what others on the machine do adds nothing.
 * Collections of garbage on this thread do.
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
