/** One call: milliseconds of CPU of this thread. */
export interface Measured {
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
export class HoldMeter implements Disposable {
  #longest = 0;
  #last = process.threadCpuUsage();
  readonly #looks = setInterval(() => this.#look(), 1);

  async measure(work: () => Promise<unknown>): Promise<Measured> {
    await pause(before);
    this.#look();
    this.#longest = 0;
    const start = process.threadCpuUsage();
    await work();
    await pause(after);
    return { hold: this.#longest, cpu: milliseconds(process.threadCpuUsage(start)) };
  }

  #look(): void {
    this.#longest = Math.max(this.#longest, milliseconds(process.threadCpuUsage(this.#last)));
    this.#last = process.threadCpuUsage();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looks);
  }
}

const milliseconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
