import type { HistoryPage, Message } from '@earshot/shared';
import { yieldToEventLoop } from '../../async/yieldToEventLoop.ts';
import type { HistoryQuery, TimePage } from '../../store/store.ts';
import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import type { UserPrivacy } from './userPrivacy.ts';
import { visibleMessages } from './visible.ts';

/** A caller who reads messages. */
export interface VisibleReader {
  services: Pick<Services, 'store' | 'budget'>;
  connection: Connection;
  privacy: UserPrivacy;
}

/** Maximum number of pages without a visible message that one call reads on. */
const hiddenPagesMax = 20;

/**
 * Returns a page of the messages that are visible to the caller. It reads on while a page has none. `next` is where to continue if that is not at
 * the first or last message returned. Messages are charged.
 */
export async function readVisiblePage(
  reader: VisibleReader,
  roomId: string,
  query: HistoryQuery,
): Promise<HistoryPage> {
  const { services, privacy, connection } = reader;
  let read = await services.store.history(roomId, query);
  let messages = visibleMessages(privacy, read.messages);
  let next: number | undefined;
  for (let pages = 0; messages !== read.messages; pages += 1) {
    next = (query.after === undefined ? read.messages[0] : read.messages.at(-1))?.seq;
    if (messages.length > 0 || !read.hasMore || pages === hiddenPagesMax) break;
    await beforeNextPage(reader);
    const { limit } = query;
    read = await services.store.history(roomId, { limit, [query.after === undefined ? 'before' : 'after']: next });
    messages = visibleMessages(privacy, read.messages);
  }
  services.budget.chargeMessages(connection, messages);
  const { hasMore } = read;
  return messages === read.messages && next === undefined ? read : { messages, hasMore, ...(hasMore && { next }) };
}

/** Like `readVisiblePage`, by time. */
export async function readVisibleBefore(reader: VisibleReader, roomId: string, page: TimePage): Promise<Message[]> {
  const { services, privacy, connection } = reader;
  let read = await services.store.historyBefore(roomId, page);
  let messages = visibleMessages(privacy, read);
  for (let pages = 0; messages.length === 0 && read.length > 0 && pages < hiddenPagesMax; pages += 1) {
    await beforeNextPage(reader);
    read = await services.store.historyBefore(roomId, { ...page, before: read[0]?.timestamp });
    messages = visibleMessages(privacy, read);
  }
  services.budget.chargeMessages(connection, messages);
  return messages;
}

/** Returns the visible ones of the newest messages; if there is none, of older ones. */
export async function visibleNewest(
  reader: VisibleReader,
  roomId: string,
  { messages, history }: { messages: Message[]; history: number },
): Promise<Message[]> {
  const visible = visibleMessages(reader.privacy, messages);
  const [oldest] = messages;
  if (visible.length > 0 || oldest === undefined) return visible;
  return (await readVisiblePage(reader, roomId, { before: oldest.seq, limit: history })).messages;
}

async function beforeNextPage({ services, connection }: VisibleReader): Promise<void> {
  services.budget.spend(connection, 'readHistory');
  await yieldToEventLoop(); // a store may answer without yielding
}
