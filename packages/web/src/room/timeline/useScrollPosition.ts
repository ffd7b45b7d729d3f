import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** This near to the end, in pixels, counts as being there. */
const nearPx = 48;

/** Whoever pulls at the list has so long, in milliseconds, to get away from its end: a turn of the wheel is drawn over several frames. */
const pullMs = 250;

export interface ScrollPosition {
  /** Whether the user is at the newest message, and stays there whatever comes. */
  readonly atNewest: boolean;
  /** To be called when the rows have changed, and when something in the list got another size. */
  readonly onResize: () => void;
  readonly toNewest: () => void;
}

/**
 * Keeps the list at its end while the user is there, whatever comes or grows; otherwise leaves it where it is. With
 * `hasNewer` the end of the list is not the newest message.
 */
export function useScrollPosition(scroller: RefObject<HTMLElement | null>, hasNewer: boolean): ScrollPosition {
  const [atNewest, setAtNewest] = useState(true);
  // The same without waiting for a render: sizes change in between.
  const now = useRef({ atNewest: true, offset: 0, pulledAt: Number.NEGATIVE_INFINITY });

  const stay = useCallback((next: boolean) => {
    now.current.atNewest = next;
    setAtNewest(next);
  }, []);

  // Not by the virtual list's own way, which tries again for a while: it would take back whoever scrolls up meanwhile.
  const onResize = useCallback(() => {
    const { current } = scroller;
    const { atNewest, pulledAt } = now.current;
    if (current === null || !atNewest || performance.now() - pulledAt < pullMs) return;
    current.scrollTop = current.scrollHeight;
    const { scrollTop } = current;
    if (scrollTop === now.current.offset) return;
    now.current.offset = scrollTop;
    // The browser's own event comes with the next frame: until then the virtual list would draw what was in sight before.
    current.dispatchEvent(new Event('scroll'));
  }, [scroller]);

  useEffect(() => {
    const { current } = scroller;
    const pull = (event: Event) => {
      if (!(event instanceof WheelEvent) || event.deltaY < 0) now.current.pulledAt = performance.now();
    };
    const kinds = ['wheel', 'touchmove'];
    for (const kind of kinds) current?.addEventListener(kind, pull, { passive: true });
    return () => {
      for (const kind of kinds) current?.removeEventListener(kind, pull);
    };
  }, [scroller]);

  useEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    const look = () => {
      const { scrollTop: offset, scrollHeight, clientHeight } = current;
      // Only upward is away: what grows below pushes nobody off the end, nor does the end of rows that shrink.
      const isNear = scrollHeight - offset - clientHeight < nearPx;
      if (isNear && !hasNewer) stay(true);
      else if (offset < now.current.offset) stay(false);
      now.current.offset = offset;
    };
    look();
    // Before the virtual list hears of it, which may give the rows other heights at once.
    current.addEventListener('scroll', look, { capture: true, passive: true });
    return () => current.removeEventListener('scroll', look, { capture: true });
  }, [scroller, stay, hasNewer]);

  const toNewest = useCallback(() => {
    now.current.pulledAt = Number.NEGATIVE_INFINITY;
    stay(true);
    onResize();
  }, [stay, onResize]);

  return { atNewest, onResize, toNewest };
}
