import { limits } from '@earshot/shared';
import { type RefObject, useCallback, useEffect } from 'react';

/** Screens from the end at which the next page is requested. */
const aheadScreens = 1.5;

/** Messages per request. */
const pageSize = limits.historyMax;

/** Milliseconds before a failed request is retried. */
const retryMs = 3_000;

interface NewerOptions {
  scroller: RefObject<HTMLElement | null>;
  hasNewer: boolean;
  loadNewer: (limit?: number) => Promise<boolean>;
  /** Changes whenever the shown rows do. */
  rows: readonly unknown[];
}

/** Loads newer messages that were trimmed, as the user scrolls near the last one shown. */
export function useNewer({ scroller, hasNewer, loadNewer, rows }: NewerOptions): {
  /** Call it when the list is scrolled. */
  loadIfNear: () => void;
} {
  const loadIfNear = useCallback(() => {
    const { current } = scroller;
    if (!hasNewer || current === null) return;
    const below = current.scrollHeight - current.scrollTop - current.clientHeight;
    if (below < aheadScreens * current.clientHeight) void loadNewer(pageSize);
  }, [scroller, hasNewer, loadNewer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows may leave the list too short
  useEffect(() => {
    if (!hasNewer) return;
    const frame = requestAnimationFrame(loadIfNear);
    const timer = setInterval(loadIfNear, retryMs);
    return () => {
      cancelAnimationFrame(frame);
      clearInterval(timer);
    };
  }, [hasNewer, loadIfNear, rows]);

  return { loadIfNear };
}
