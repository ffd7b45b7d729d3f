import { emptyPosition } from '@earshot/shared';
import { yieldToEventLoop } from '../async/yieldToEventLoop.ts';
import type { ReaderContext } from './feedReader.ts';
import type { RoomFeed } from './roomFeed.ts';

type ComparedFeed = Pick<RoomFeed, 'roomId' | 'head' | 'compare'>;
type CheckContext = Pick<ReaderContext, 'database' | 'storeOutageLog'>;

/** Maximum number of rooms compared with one query. */
const roomsPerQuery = 100;

/**
 * Compares the position of each feed with the store's, 100 rooms at a time: comparing ten thousand in one tick of the event loop would block
 * it for a tenth of a second. Stops when the store does not answer.
 */
export async function compareHeads(open: ReadonlyMap<string, ComparedFeed>, context: CheckContext): Promise<void> {
  const feeds = [...open.values()];
  for (let from = 0; from < feeds.length; from += roomsPerQuery) {
    if (from > 0) await yieldToEventLoop();
    const part = feeds.slice(from, from + roomsPerQuery).filter((feed) => open.get(feed.roomId) === feed);
    if (part.length > 0 && !(await compare(part, context))) return;
  }
}

/** Compares positions with one query. Resolves to whether the store answered. */
async function compare(
  part: readonly ComparedFeed[],
  { database: store, storeOutageLog }: CheckContext,
): Promise<boolean> {
  const feeds = part.map((feed) => ({ feed, position: feed.head }));
  const askedAt = performance.now();
  try {
    const heads = await store.heads(feeds.map(({ feed }) => feed.roomId));
    storeOutageLog.onSuccess();
    for (const { feed, position } of feeds) {
      feed.compare({ head: heads.get(feed.roomId) ?? emptyPosition, askedAt }, position);
    }
    return true;
  } catch (error) {
    storeOutageLog.onFailure(error);
    return false;
  }
}
