import type { HistoryPage, Message } from '@earshot/shared';
import type { HistoryQuery, TimePage } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { requireMember } from './permission.ts';
import type { Services } from './services.ts';

/**
 * Returns a page of the room's messages. Members only. A caller that watches the room gets its newest page from memory, at least as new as
 * its watch: identical requests share one object until the next change. Any other caller may have observed more elsewhere, and gets the
 * page from the store.
 */
export async function readHistory(
  services: Services,
  connection: Connection,
  { roomId, ...page }: HistoryQuery & { roomId: string },
): Promise<HistoryPage> {
  const { store, hub, budget } = services;
  budget.spend(connection, 'readHistory');
  await requireMember(services, roomId, connection.user);
  const isNewest = page.before === undefined && page.after === undefined;
  const cachedPage =
    isNewest && connection.watchedRoomIds.includes(roomId) ? await hub.newestPage(roomId, page.limit) : null;
  if (cachedPage) {
    budget.chargeMessages(connection, cachedPage.messages);
    return cachedPage;
  }
  const read = await store.history(roomId, page);
  budget.chargeMessages(connection, read.messages);
  noteObserved(services, roomId, read.messages);
  return read;
}

/**
 * Returns a page of the room's messages by time; see the store for the guarantees. Available to every caller admitted by the transport: the
 * room's name is enough to join, so a membership check would prove nothing.
 */
export async function readHistoryBefore(
  services: Services,
  connection: Connection,
  { roomId, ...page }: TimePage & { roomId: string },
): Promise<Message[]> {
  services.budget.spend(connection, 'readHistory');
  const messages = await services.store.historyBefore(roomId, page);
  services.budget.chargeMessages(connection, messages);
  noteObserved(services, roomId, messages);
  return messages;
}

/** Records the newest change read from the store. It may be ahead of the cache here, and later pages must not lack it. */
function noteObserved({ hub }: Services, roomId: string, messages: readonly Message[]): void {
  let lastSeq = 0;
  for (const { updatedSeq } of messages) lastSeq = Math.max(lastSeq, updatedSeq);
  hub.noteObserved(roomId, lastSeq);
}
