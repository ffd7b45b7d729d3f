import type { RoomView } from '@earshot/client/react';
import { type RefObject, useEffect } from 'react';
import type { VirtualizerHandle } from 'virtua';

/** At the newest message: beyond so many messages the oldest are let go of, down to the other number. */
const followed = { most: 1_000, keep: 500 };
/** Elsewhere: those that are farther from the reader. */
const read = { most: 2_000, keep: 1_500 };

interface HoldingOptions {
  view: Pick<RoomView, 'messages' | 'trim' | 'trimNewest'>;
  scroller: RefObject<HTMLElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  atNewest: boolean;
}

/** Keeps what a page holds of a room bounded, however long it stays open and wherever in the room the user reads. */
export function useHolding({ view: { messages, trim, trimNewest }, scroller, list, atNewest }: HoldingOptions): void {
  const count = messages.length;
  useEffect(() => {
    if (atNewest) {
      if (count > followed.most) trim(followed.keep);
      return;
    }
    if (count <= read.most || scroller.current === null || list.current === null) return;
    const inSight = list.current.findItemIndex(scroller.current.scrollTop);
    if (inSight < count / 2) trimNewest(read.keep);
    else trim(read.keep);
  }, [atNewest, count, trim, trimNewest, scroller, list]);
}
