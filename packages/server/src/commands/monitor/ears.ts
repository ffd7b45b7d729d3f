import type { Heard } from './participant.ts';

/** Keeps what is heard, and lets others wait for it until the signal aborts. */
export class Ears {
  readonly heard: Heard[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #signal: AbortSignal;
  #broken: Error | null = null;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  hear(heard: Heard): void {
    this.heard.push(heard);
    for (const look of [...this.#waiting]) look();
  }

  /** There is no understanding any more: whoever waits, or will wait, for what was not heard by now is told why. */
  fail(error: Error): void {
    this.#broken ??= error;
    for (const look of [...this.#waiting]) look();
  }

  until(what: string, fits: (heard: Heard) => boolean): Promise<Heard> {
    return untilAborted(this.#signal, what, (resolve, reject) => {
      const look = () => {
        const found = this.heard.find(fits);
        if (found === undefined && this.#broken === null) return;
        this.#waiting.delete(look);
        if (found !== undefined) resolve(found);
        else if (this.#broken !== null) reject(this.#broken);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** A promise that `start` settles, and that rejects when the signal aborts: what was waited for did not come. */
export function untilAborted<T>(
  signal: AbortSignal,
  what: string,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = () => reject(new Error(`${what} did not come in time`));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  start(resolve, reject);
  return promise.finally(() => signal.removeEventListener('abort', giveUp));
}
