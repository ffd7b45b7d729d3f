import type { HistoryPage, Message } from '@earshot/shared';
import type { HistoryQuery, TimePage } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { requireMember } from './permission.ts';
import type { Services } from './services.ts';

/**
 * A page of the room's messages, for its members. Who watches the room gets its newest page from memory, as far as the
 * watch has come or further: the very same object for all, as long as nothing happens. Who does not, and may have
 * heard more elsewhere, gets it from the store.
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
  const kept = isNewest && connection.watched.includes(roomId) ? await hub.newestPage(roomId, page.limit) : null;
  if (kept) {
    budget.chargeMessages(connection, kept.messages);
    return kept;
  }
  const read = await store.history(roomId, page);
  budget.chargeMessages(connection, read.messages);
  tell(services, roomId, read.messages);
  return read;
}

/**
 * A page of the room's messages by time: see the store for what is promised. For whoever the transport lets read: a
 * room's name is all that it takes to join, so being a member would prove nothing.
 */
export async function readHistoryBefore(
  services: Services,
  connection: Connection,
  { roomId, ...page }: TimePage & { roomId: string },
): Promise<Message[]> {
  services.budget.spend(connection, 'readHistory');
  const messages = await services.store.historyBefore(roomId, page);
  services.budget.chargeMessages(connection, messages);
  tell(services, roomId, messages);
  return messages;
}

/** What was read from the store may be ahead of what is kept here: nobody shall be shown less afterwards. */
function tell({ hub }: Services, roomId: string, messages: readonly Message[]): void {
  let told = 0;
  for (const { updatedSeq } of messages) told = Math.max(told, updatedSeq);
  hub.told(roomId, told);
}
