import type { RoomView } from '@earshot/client/react';
import { type RefObject, useEffect } from 'react';
import type { VirtualizerHandle } from 'virtua';

/** At the newest message: above `most` messages the oldest are dropped, down to `keep`. */
const atNewestLimits = { most: 1_000, keep: 500 };
/** Elsewhere: the messages farther from the reader are dropped. */
const elsewhereLimits = { most: 2_000, keep: 1_500 };

interface TrimmingOptions {
  view: Pick<RoomView, 'messages' | 'trim' | 'trimNewest'>;
  scroller: RefObject<HTMLElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  atNewest: boolean;
}

/** Bounds the messages that a page holds of a room, however long it is open and wherever the user reads. */
export function useTrimming({ view: { messages, trim, trimNewest }, scroller, list, atNewest }: TrimmingOptions): void {
  const count = messages.length;
  useEffect(() => {
    if (atNewest) {
      if (count > atNewestLimits.most) trim(atNewestLimits.keep);
      return;
    }
    if (count <= elsewhereLimits.most || scroller.current === null || list.current === null) return;
    const inSight = list.current.findItemIndex(scroller.current.scrollTop);
    if (inSight < count / 2) trimNewest(elsewhereLimits.keep);
    else trim(elsewhereLimits.keep);
  }, [atNewest, count, trim, trimNewest, scroller, list]);
}
