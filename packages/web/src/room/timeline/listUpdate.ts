import type { Row } from './grouping.ts';

/** What the virtual list is shown next. */
export interface ListUpdate {
  readonly rows: readonly Row[];
  /** Whether only the start changed: the list then holds its place from the end. */
  readonly shift: boolean;
}

/**
 * The list can hold its place over a change of the start, or of the end, but not of both at once. So where both changed,
 * the start goes first: rows up to the last one shown before; the same call with what that gave leads to the rest.
 */
export function nextUpdate(shown: readonly Row[], next: readonly Row[]): ListUpdate {
  const first = shown[0]?.key;
  const last = shown.at(-1)?.key;
  if (first === undefined || next[0]?.key === first || !overlap(shown, next)) return { rows: next, shift: false };
  const end = next.findLastIndex((row) => row.key === last);
  return { rows: end < 0 ? next : next.slice(0, end + 1), shift: end >= 0 };
}

/** Whether one begins somewhere in the other; a list that began anew has nothing of the old one. */
function overlap(shown: readonly Row[], next: readonly Row[]): boolean {
  const starts = (within: readonly Row[], of: readonly Row[]) => within.some((row) => row.key === of[0]?.key);
  return starts(next, shown) || starts(shown, next);
}
