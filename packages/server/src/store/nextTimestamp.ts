/** The last millisecond that RFC 3339 can express. */
const lastTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Returns the timestamp of a message after one at `last`: at least a millisecond later, so that clients which identify messages by time can
 * distinguish them. Times never decrease in a room, whatever the clock does.
 */
export function nextTimestamp(now: number, last: number): number {
  return Math.max(now, Math.min(last + 1, lastTime));
}

/**
 * Returns the time of a change of a room after one at `last`. It never decreases, so that a position (`Position` in `@earshot/shared`)
 * distinguishes two histories. It is also the displayed time of an edit.
 */
export function nextChangeTime(now: number, last: number): number {
  return Math.max(now, last);
}
