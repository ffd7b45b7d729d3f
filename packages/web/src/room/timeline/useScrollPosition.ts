import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Pixels from the end within which the list counts as at its end. */
const nearPx = 48;

/**
 * Milliseconds after a wheel or touch event in which the list is not pulled back to its end: a turn of the wheel is
 * drawn over several frames.
 */
const userScrollMs = 250;

export interface ScrollPosition {
  /** Whether the user is at the newest message. The list then stays there. */
  readonly atNewest: boolean;
  /** Call it when the rows have changed, or when something in the list has changed its size. */
  readonly onResize: () => void;
  readonly toNewest: () => void;
}

/**
 * Keeps the list at its end while the user is there, whatever arrives or grows; otherwise keeps its position. With
 * `hasNewer` the end of the list is not the newest message.
 */
export function useScrollPosition(scroller: RefObject<HTMLElement | null>, hasNewer: boolean): ScrollPosition {
  const [atNewest, setAtNewest] = useState(true);
  // The same state without waiting for a render, because sizes change in between.
  const latest = useRef({ atNewest: true, offset: 0, userScrolledAt: Number.NEGATIVE_INFINITY });

  const setStaysAtNewest = useCallback((next: boolean) => {
    latest.current.atNewest = next;
    setAtNewest(next);
  }, []);

  // Does not use the virtual list's own method, which retries for a while and would interrupt a user who scrolls up meanwhile.
  const onResize = useCallback(() => {
    const { current } = scroller;
    const { atNewest, userScrolledAt } = latest.current;
    if (current === null || !atNewest || performance.now() - userScrolledAt < userScrollMs) return;
    current.scrollTop = current.scrollHeight;
    const { scrollTop } = current;
    if (scrollTop === latest.current.offset) return;
    latest.current.offset = scrollTop;
    // The browser's own event comes with the next frame. Until then the virtual list would draw the rows of the old position.
    current.dispatchEvent(new Event('scroll'));
  }, [scroller]);

  useEffect(() => {
    const { current } = scroller;
    const onUserScroll = (event: Event) => {
      if (!(event instanceof WheelEvent) || event.deltaY < 0) latest.current.userScrolledAt = performance.now();
    };
    const kinds = ['wheel', 'touchmove'];
    for (const kind of kinds) current?.addEventListener(kind, onUserScroll, { passive: true });
    return () => {
      for (const kind of kinds) current?.removeEventListener(kind, onUserScroll);
    };
  }, [scroller]);

  useEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    const onScroll = () => {
      const { scrollTop: offset, scrollHeight, clientHeight } = current;
      // Only scrolling up leaves the end. Rows that grow or shrink don't.
      const isNear = scrollHeight - offset - clientHeight < nearPx;
      if (isNear && !hasNewer) setStaysAtNewest(true);
      else if (offset < latest.current.offset) setStaysAtNewest(false);
      latest.current.offset = offset;
    };
    onScroll();
    // In the capture phase, before the virtual list handles the event, because that may change the heights of rows at once.
    current.addEventListener('scroll', onScroll, { capture: true, passive: true });
    return () => current.removeEventListener('scroll', onScroll, { capture: true });
  }, [scroller, setStaysAtNewest, hasNewer]);

  const toNewest = useCallback(() => {
    latest.current.userScrolledAt = Number.NEGATIVE_INFINITY;
    setStaysAtNewest(true);
    onResize();
  }, [setStaysAtNewest, onResize]);

  return { atNewest, onResize, toNewest };
}
