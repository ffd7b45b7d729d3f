import { storeUnavailable } from './callTimeout.ts';

/** Maximum bytes of texts that wait for the database. The maximum number of calls does not bound them, because a message may be long. */
export const waitingTextsMax = 64 * 1_024 * 1_024;

/** Bounds the memory for the texts of calls that wait for the database. */
export class WaitingTexts {
  readonly #max: number;
  #bytes = 0;

  constructor(max = waitingTextsMax) {
    this.#max = max;
  }

  /** Runs the call, which must not throw, and counts its texts until it has settled. Rejects with `STORE_UNAVAILABLE` instead if too many bytes wait. */
  hold<T>(input: unknown, call: () => Promise<T>): Promise<T> {
    const bytes = textBytes(input);
    if (this.#bytes + bytes > this.#max) {
      return Promise.reject(storeUnavailable('the texts that wait for the database are too large'));
    }
    this.#bytes += bytes;
    const release = () => {
      this.#bytes -= bytes;
    };
    const result = call();
    result.then(release, release);
    return result;
  }
}

/** Returns the maximum bytes of the texts in plain data: two for each UTF-16 unit. */
function textBytes(input: unknown): number {
  if (typeof input === 'string') return 2 * input.length;
  if (typeof input !== 'object' || input === null) return 0;
  let bytes = 0;
  for (const value of Object.values(input)) bytes += textBytes(value);
  return bytes;
}
