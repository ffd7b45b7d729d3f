import type { User } from '@earshot/client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { findLookalikes, findSameName, type Skeleton } from './lookalikes.ts';

/** Until the table of characters has loaded, only equal names look alike. */
const unchanged: Skeleton = (text) => text;

/** Loads the table when several people are present, because it is large. */
function useSkeleton(needed: boolean): Skeleton {
  const [skeleton, setSkeleton] = useState<Skeleton>(() => unchanged);
  useEffect(() => {
    if (!needed) return;
    let isMounted = true;
    import('./skeleton.ts').then(
      (module) => isMounted && setSkeleton(() => module.skeleton),
      () => {}, // without the network and a cached table, equal names are still found
    );
    return () => {
      isMounted = false;
    };
  }, [needed]);
  return skeleton;
}

export interface Lookalikes {
  /** Another user whose name looks like the user's; null for none. */
  readonly sameName: User | null;
  /** The ids of all users whose name looks like that of another one. The same set object while the ids are equal. */
  readonly ids: ReadonlySet<string>;
}

/** Finds the people in a room whose names could be mistaken for each other. */
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
