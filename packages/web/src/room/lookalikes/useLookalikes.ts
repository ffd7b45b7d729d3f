import type { User } from '@earshot/client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { findLookalikes, findSameName, type Skeleton } from './lookalikes.ts';

/** Until the table of characters has loaded, only names that are the same look alike. */
const asItIs: Skeleton = (text) => text;

/** The table is large, and needed only where several people meet. */
function useSkeleton(needed: boolean): Skeleton {
  const [skeleton, setSkeleton] = useState<Skeleton>(() => asItIs);
  useEffect(() => {
    if (!needed) return;
    let isMounted = true;
    import('./skeleton.ts').then(
      (module) => isMounted && setSkeleton(() => module.skeleton),
      () => {}, // without the network, and not kept: names that are the same are still found
    );
    return () => {
      isMounted = false;
    };
  }, [needed]);
  return skeleton;
}

export interface Lookalikes {
  /** Somebody else whose name looks like the user's; null for nobody. */
  readonly sameName: User | null;
  /** The ids of all whose name looks like that of somebody else. The same set, while its ids are the same. */
  readonly ids: ReadonlySet<string>;
}

/** Which people in a room could be mistaken for each other by their names. */
export function useLookalikes(present: readonly User[], me: User): Lookalikes {
  const skeleton = useSkeleton(present.length > 1);
  const found = useMemo(
    () => ({ sameName: findSameName(present, me, skeleton), ids: findLookalikes(present, skeleton) }),
    [present, me, skeleton],
  );
  const last = useRef(found.ids);
  if (!isSame(last.current, found.ids)) last.current = found.ids;
  return { sameName: found.sameName, ids: last.current };
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}
