import { type HistoryPage, PageFill } from '@earshot/shared';
import type { FindCursor } from 'mongodb';
import type { MessageDocument } from '../collections.ts';
import { toMessage } from '../documents.ts';

/**
 * Number of documents in the first reply of MongoDB. Their size is unknown, and a reply is decoded at once: hundreds of the largest would block
 * the event loop for a tenth of a second, and most of them would be dropped, because fewer than ten fill a page.
 */
export const firstReply = 32;

/**
 * Fills a page, from two replies of MongoDB if its messages have similar sizes: those in the first determine how many are in the next. `find`
 * finds the documents after the given one, or the first ones.
 */
export async function readPage(
  limit: number,
  find: (after: MessageDocument | undefined) => FindCursor<MessageDocument>,
): Promise<HistoryPage> {
  const page = new PageFill(limit);
  let last: MessageDocument | undefined;
  for (;;) {
    // One more than fits, to know whether there are more.
    const count = last === undefined ? Math.min(firstReply, limit + 1) : page.missing + 1;
    let found = 0;
    for await (const document of oneReply(find(last), count)) {
      if (page.isFull) return { messages: page.messages, hasMore: true };
      page.add(toMessage(document));
      last = document;
      found += 1;
    }
    if (found < count) return { messages: page.messages, hasMore: false };
  }
}

/**
 * The first `count` documents, in one reply unless they are larger than MongoDB allows. The batch has room for one more, so MongoDB closes the
 * cursor with the reply. After a full batch it would stay open until another command.
 */
export function oneReply<T>(found: FindCursor<T>, count: number): FindCursor<T> {
  return found.limit(count).batchSize(count + 1);
}
