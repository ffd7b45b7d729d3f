import { type RefObject, useCallback, useEffect, useState } from 'react';

/** Screens from the top at which the next page is asked for: far enough that one seldom meets the end. */
const aheadScreens = 1.5;

/** Messages asked for at once. */
const pageSize = 100;

interface OlderOptions {
  scroller: RefObject<HTMLElement | null>;
  hasOlder: boolean;
  loadingOlder: boolean;
  loadOlder: (limit?: number) => Promise<boolean>;
  /** Changes whenever what is shown does. */
  rows: readonly unknown[];
}

/** Loads older messages as the user comes near the first one, or when there are too few to scroll at all. */
export function useOlder({ scroller, hasOlder, loadingOlder, loadOlder, rows }: OlderOptions): {
  failed: boolean;
  /** To be called when the list was scrolled. */
  look: () => void;
  retry: () => void;
} {
  const [failed, setFailed] = useState(false);
  const shouldLoad = hasOlder && !loadingOlder && !failed && rows.length > 0;

  const load = useCallback(() => {
    setFailed(false);
    loadOlder(pageSize).catch(() => setFailed(true));
  }, [loadOlder]);

  const look = useCallback(() => {
    const { current } = scroller;
    if (shouldLoad && current !== null && current.scrollTop < aheadScreens * current.clientHeight) load();
  }, [scroller, shouldLoad, load]);

  // After the list was painted: before, it has not been scrolled to where it belongs.
  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows may leave the list too short
  useEffect(() => {
    const frame = requestAnimationFrame(look);
    return () => cancelAnimationFrame(frame);
  }, [look, rows]);

  return { failed, look, retry: load };
}
