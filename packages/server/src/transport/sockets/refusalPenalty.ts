/** Refused calls in a row after which a client is read more slowly. A client that heeds `retryAfterMs` has few. */
const refusalsInRow = 16;
/** Milliseconds for each further one: 10 refusals a second slow nobody down. */
const msPerRefusal = 100;
/** Maximum milliseconds of one pause. The client then still answers pings in time, and gets an answer to each call. */
const pauseMaxMs = 1_000;

/** How long a client is not read that goes on calling although its calls are refused. A refusal costs the server about as much as a small call. */
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
