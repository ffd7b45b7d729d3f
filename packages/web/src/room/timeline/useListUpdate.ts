import { useLayoutEffect, useState } from 'react';
import type { Row } from './grouping.ts';
import { type ListUpdate, nextUpdate } from './listUpdate.ts';

/** Applies changes of the rows in steps over which the virtual list can keep its position. */
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
