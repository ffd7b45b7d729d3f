/** Refused calls in a row that have no effect. A client that waits for `retryAfterMs` has few. */
const refusalsInRow = 16;
/** Milliseconds of pause for each further refusal: 10 refusals a second slow nobody down. */
const msPerRefusal = 100;
/** Maximum milliseconds of one pause. The client then still answers pings in time, and gets an answer to each call. */
const pauseMaxMs = 1_000;

/**
 * Decides for how long the server stops reading from a client that keeps calling although its calls are refused. A refusal costs the server
 * about as much as a small call.
 */
export class RefusalPenalty {
  /** When the counted refusals are forgotten, from `performance.now()`. */
  #forgottenAt = 0;
  #pausedUntil = 0;

  /** Counts a refusal. Returns the milliseconds to pause for; 0 if there is nothing to do, or a pause is in progress. */
  pauseAfterRefusal(now: number): number {
    const latest = now + refusalsInRow * msPerRefusal + pauseMaxMs;
    this.#forgottenAt = Math.min(latest, Math.max(this.#forgottenAt, now) + msPerRefusal);
    const pauseMs = this.#forgottenAt - now - refusalsInRow * msPerRefusal;
    if (pauseMs <= 0 || now < this.#pausedUntil) return 0;
    this.#pausedUntil = now + pauseMs;
    return pauseMs;
  }
}
