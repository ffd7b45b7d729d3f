import { limits } from '@earshot/shared';
import { type RefObject, useCallback, useEffect, useState } from 'react';

/** Screens from the top at which the next page is requested: far enough that users seldom reach the top. */
const aheadScreens = 1.5;

/** Messages per request. */
const pageSize = limits.historyMax;

interface OlderOptions {
  scroller: RefObject<HTMLElement | null>;
  hasOlder: boolean;
  loadingOlder: boolean;
  loadOlder: (limit?: number) => Promise<boolean>;
  /** Changes whenever the shown rows do. */
  rows: readonly unknown[];
}

/** Loads older messages as the user scrolls near the first one, or if there are too few to scroll. */
export function useOlder({ scroller, hasOlder, loadingOlder, loadOlder, rows }: OlderOptions): {
  failed: boolean;
  /** Call it when the list is scrolled. */
  loadIfNear: () => void;
  retry: () => void;
} {
  const [failed, setFailed] = useState(false);
  const shouldLoad = hasOlder && !loadingOlder && !failed && rows.length > 0;

  const load = useCallback(() => {
    setFailed(false);
    loadOlder(pageSize).catch(() => setFailed(true));
  }, [loadOlder]);

  const loadIfNear = useCallback(() => {
    const { current } = scroller;
    if (shouldLoad && current !== null && current.scrollTop < aheadScreens * current.clientHeight) load();
  }, [scroller, shouldLoad, load]);

  // Runs after the list is painted. Before that, the list is not at its scroll position yet.
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows may leave the list too short
  useEffect(() => {
    const frame = requestAnimationFrame(loadIfNear);
    return () => cancelAnimationFrame(frame);
  }, [loadIfNear, rows]);

  return { failed, loadIfNear, retry: load };
}
