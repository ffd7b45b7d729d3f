import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { VirtualizerHandle } from 'virtua';

/** This near to the end, in pixels, counts as being there. */
const nearPx = 48;

export interface ListPlace {
  /** Whether the user is at the newest message, and stays there whatever comes. */
  readonly atNewest: boolean;
  /** To be called when the list was scrolled, with how far. */
  readonly onScroll: (offset: number) => void;
  /** To be called when something in the list got another size. */
  readonly onResize: () => void;
  /** To be called after each change of the rows, with how many there are. */
  readonly onRows: (count: number) => void;
  readonly toNewest: () => void;
}

/**
 * Keeps the list at its end while the user is there, whatever comes or grows; otherwise leaves it where it is. With
 * `hasNewer` the end of the list is not the newest message.
 */
export function useListPlace(
  scroller: RefObject<HTMLElement | null>,
  list: RefObject<VirtualizerHandle | null>,
  hasNewer: boolean,
): ListPlace {
  const [atNewest, setAtNewest] = useState(true);
  // The same without waiting for a render: sizes change in between.
  const now = useRef({ atNewest: true, offset: 0, count: 0 });

  const stay = useCallback((next: boolean) => {
    now.current.atNewest = next;
    setAtNewest(next);
  }, []);

  const onResize = useCallback(() => {
    const { atNewest, count } = now.current;
    if (atNewest && count > 0) list.current?.scrollToIndex(count - 1, { align: 'end' });
  }, [list]);

  const onScroll = useCallback(
    (offset: number) => {
      const { current } = scroller;
      if (current === null) return;
      // Only upward is away: what grows below pushes nobody off the end.
      const isNear = current.scrollHeight - offset - current.clientHeight < nearPx;
      if (isNear && !hasNewer) stay(true);
      else if (offset < now.current.offset) stay(false);
      now.current.offset = offset;
    },
    [scroller, stay, hasNewer],
  );

  useEffect(() => {
    if (scroller.current !== null) onScroll(scroller.current.scrollTop);
  }, [scroller, onScroll]);

  const onRows = useCallback(
    (count: number) => {
      now.current.count = count;
      onResize();
    },
    [onResize],
  );

  const toNewest = useCallback(() => {
    stay(true);
    onResize();
  }, [stay, onResize]);

  return { atNewest, onScroll, onResize, onRows, toNewest };
}
