/** The last millisecond that RFC 3339 has a form for. */
const lastTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * The timestamp of a message after one at `last`: later by a millisecond at least, so that clients which know messages
 * by their time can tell them apart, and times never go backwards in a room, whatever the clock does.
 */
export function nextTimestamp(now: number, last: number): number {
  return Math.max(now, Math.min(last + 1, lastTime));
}

/**
 * The time of a change of a room after one at `last`. It never decreases, so that a position (`Position` in `@earshot/shared`)
 * tells two histories apart. It is also the time of an edit that people see.
 */
export function nextChangeTime(now: number, last: number): number {
  return Math.max(now, last);
}
