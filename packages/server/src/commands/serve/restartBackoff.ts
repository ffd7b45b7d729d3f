/** A worker that lived this many milliseconds was not broken from the start. */
const livedMs = 30_000;
const longestMs = 30_000;

/**
 * Milliseconds before a worker that ended is replaced. The first time at once; when one after the other ends early, as
 * while MongoDB is away, after 1 s, 2 s, 4 s and so on, up to 30 s.
 */
export class RestartBackoff {
  #early = 0;

  after(aliveMs: number): number {
    this.#early = aliveMs < livedMs ? this.#early + 1 : 1;
    return this.#early === 1 ? 0 : Math.min(longestMs, 500 * 2 ** (this.#early - 1));
  }
}
