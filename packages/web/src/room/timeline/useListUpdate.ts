import { useLayoutEffect, useState } from 'react';
import type { Row } from './grouping.ts';
import { type ListUpdate, nextUpdate } from './listUpdate.ts';

/** What to show of rows that change: a step at a time that the virtual list can hold its place over. */
export function useListUpdate(rows: readonly Row[]): ListUpdate {
  const [shown, setShown] = useState<ListUpdate & { of: readonly Row[] }>({ rows, shift: false, of: rows });
  let next = shown;
  if (shown.of !== rows) {
    next = { ...nextUpdate(shown.rows, rows), of: rows };
    setShown(next);
  }
  useLayoutEffect(() => {
    if (shown.of === rows && shown.rows.length < rows.length) setShown({ rows, shift: false, of: rows });
  }, [shown, rows]);
  return next;
}
