import { type RefObject, useCallback, useEffect } from 'react';

/** Screens from the end at which the next page is asked for. */
const aheadScreens = 1.5;

/** Messages asked for at once. */
const pageSize = 100;

/** Milliseconds until a page that did not come is asked for again. */
const retryMs = 3_000;

interface NewerOptions {
  scroller: RefObject<HTMLElement | null>;
  hasNewer: boolean;
  loadNewer: (limit?: number) => Promise<boolean>;
  /** Changes whenever what is shown does. */
  rows: readonly unknown[];
}

/** Loads newer messages, where they were let go of, as the user comes near the last one that is shown. */
export function useNewer({ scroller, hasNewer, loadNewer, rows }: NewerOptions): {
  /** To be called when the list was scrolled. */
  look: () => void;
} {
  const look = useCallback(() => {
    const { current } = scroller;
    if (!hasNewer || current === null) return;
    const below = current.scrollHeight - current.scrollTop - current.clientHeight;
    if (below < aheadScreens * current.clientHeight) void loadNewer(pageSize);
  }, [scroller, hasNewer, loadNewer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other rows may leave the list too short
  useEffect(() => {
    if (!hasNewer) return;
    const frame = requestAnimationFrame(look);
    const timer = setInterval(look, retryMs);
    return () => {
      cancelAnimationFrame(frame);
      clearInterval(timer);
    };
  }, [hasNewer, look, rows]);

  return { look };
}
