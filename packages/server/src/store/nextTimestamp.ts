/** Milliseconds by which a room's messages may run ahead of the clock, in bursts faster than one a millisecond. */
const aheadMax = 1_000;

/**
 * The timestamp of a message after one at `last`: later by a millisecond at least, so that clients which know messages
 * by their time can tell them apart. Within bounds: an instance whose clock is wrong must not set the time for the rest.
 */
export function nextTimestamp(now: number, last: number): number {
  return Math.max(now, Math.min(last + 1, now + aheadMax));
}
