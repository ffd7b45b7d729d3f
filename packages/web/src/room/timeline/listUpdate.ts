import type { Row } from './grouping.ts';

/** The next rows for the virtual list. */
export interface ListUpdate {
  readonly rows: readonly Row[];
  /** Whether only the start changed. Then the list anchors its position to the end. */
  readonly shift: boolean;
}

/**
 * The list can keep its position over a change at the start or at the end, but not at both at once. If both changed,
 * the start goes first: the update has the rows up to the last one shown before, and another call with that result
 * gives the rest.
 */
export function nextUpdate(shown: readonly Row[], next: readonly Row[]): ListUpdate {
  const first = shown[0]?.key;
  const last = shown.at(-1)?.key;
  if (first === undefined || next[0]?.key === first || !overlap(shown, next)) return { rows: next, shift: false };
  const end = next.findLastIndex((row) => row.key === last);
  return { rows: end < 0 ? next : next.slice(0, end + 1), shift: end >= 0 };
}

/** Whether one list begins somewhere in the other. A list that was reset shares nothing with the old one. */
function overlap(shown: readonly Row[], next: readonly Row[]): boolean {
  const starts = (within: readonly Row[], of: readonly Row[]) => within.some((row) => row.key === of[0]?.key);
  return starts(next, shown) || starts(shown, next);
}
