import { storeUnavailable } from './callTimeout.ts';

/** Bytes of texts that may wait for the database. More are rejected: a message may be long, and calls are otherwise bounded by their number. */
export const waitingTextsMax = 64 * 1_024 * 1_024;

/** Bounds the memory for the texts of calls that wait for the database. */
export class WaitingTexts {
  readonly #max: number;
  #bytes = 0;

  constructor(max = waitingTextsMax) {
    this.#max = max;
  }

  /** Makes the call, and counts its texts until it has settled. Rejects with `STORE_UNAVAILABLE` instead if too much waits. */
  async hold<T>(input: unknown, call: () => Promise<T>): Promise<T> {
    const bytes = textBytes(input);
    if (this.#bytes + bytes > this.#max) throw storeUnavailable('too long texts wait for the database');
    this.#bytes += bytes;
    try {
      return await call();
    } finally {
      this.#bytes -= bytes;
    }
  }
}

/** The most bytes that the texts in plain data take: two for each UTF-16 unit. */
function textBytes(input: unknown): number {
  if (typeof input === 'string') return 2 * input.length;
  if (typeof input !== 'object' || input === null) return 0;
  let bytes = 0;
  for (const value of Object.values(input)) bytes += textBytes(value);
  return bytes;
}
