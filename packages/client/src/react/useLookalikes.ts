import { useEffect, useMemo, useState } from 'react';
import type { User } from '../index.ts';

type Find = (users: readonly User[]) => ReadonlySet<string>;

const none: ReadonlySet<string> = new Set();

/**
 * The ids of the users whose name looks like that of another user in the list, by Unicode's confusable characters (UTS #39). A user may be listed
 * under several names, for example as the author of messages. The table of characters (about 15 KB) is loaded when there are two users; until
 * then, nobody is found.
 */
export function useLookalikes(users: readonly User[]): ReadonlySet<string> {
  const [find, setFind] = useState<Find | null>(null);
  const isNeeded = users.length > 1;
  useEffect(() => {
    if (!isNeeded) return;
    let isMounted = true;
    import('@earshot/shared/lookalikes').then(
      ({ findLookalikes }) => isMounted && setFind(() => findLookalikes),
      () => {}, // offline, with an incomplete cache
    );
    return () => {
      isMounted = false;
    };
  }, [isNeeded]);
  return useMemo(() => find?.(users) ?? none, [find, users]);
}
