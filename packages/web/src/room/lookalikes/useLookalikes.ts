import type { User } from '@earshot/client';
import { useEffect, useMemo, useRef, useState } from 'react';

type Functions = Pick<typeof import('@earshot/shared/lookalikes'), 'findLookalikes' | 'findSameName'>;

const none: ReadonlySet<string> = new Set();

/** Until the table of characters has loaded, no names look alike. */
const notLoaded: Functions = { findLookalikes: () => none, findSameName: () => null };

/** Loads the table when several people are present, because it is large. */
function useFunctions(needed: boolean): Functions {
  const [functions, setFunctions] = useState(notLoaded);
  useEffect(() => {
    if (!needed) return;
    let isMounted = true;
    import('@earshot/shared/lookalikes').then(
      (module) => isMounted && setFunctions(module),
      () => {}, // offline, with an incomplete cache
    );
    return () => {
      isMounted = false;
    };
  }, [needed]);
  return functions;
}

export interface Lookalikes {
  /** Another user whose name looks like the user's; null for none. */
  readonly sameName: User | null;
  /** The ids of all users whose name looks like that of another one. The same set object while the ids are equal. */
  readonly ids: ReadonlySet<string>;
}

/** Finds the people in a room whose names could be mistaken for each other. */
export function useLookalikes(present: readonly User[], me: User): Lookalikes {
  const functions = useFunctions(present.length > 1);
  const found = useMemo(
    () => ({ sameName: functions.findSameName(present, me), ids: functions.findLookalikes(present) }),
    [present, me, functions],
  );
  const last = useRef(found.ids);
  if (!isSame(last.current, found.ids)) last.current = found.ids;
  return { sameName: found.sameName, ids: last.current };
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}
