/** A worker that lived for this many milliseconds started successfully. */
const stableMs = 30_000;
const longestMs = 30_000;

/**
 * Returns the milliseconds before an exited worker is replaced. The first replacement is immediate. Repeated early exits,
 * for example while MongoDB is unavailable, wait 1 s, 2 s, 4 s and so on, up to 30 s.
 */
export class RestartBackoff {
  #early = 0;

  after(aliveMs: number): number {
    this.#early = aliveMs < stableMs ? this.#early + 1 : 1;
    return this.#early === 1 ? 0 : Math.min(longestMs, 500 * 2 ** (this.#early - 1));
  }
}
