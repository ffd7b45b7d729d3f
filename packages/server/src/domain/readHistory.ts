import type { HistoryPage, Message } from '@earshot/shared';
import type { HistoryQuery, TimePage } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { privacyOf } from './privacy/privacyOf.ts';
import { readVisibleBefore, readVisiblePage } from './privacy/visibleHistory.ts';
import { requireRight } from './rights/requireRight.ts';
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
  services.budget.spend(connection, 'readHistory');
  await requireRight(services, connection, 'readHistory', { roomId });
  const reader = { services, connection, privacy: await privacyOf(services, connection) };
  return readVisiblePage(reader, roomId, { ...page, allowCached: connection.watchedRoomIds.includes(roomId) });
}

/**
 * Returns a page of the room's messages by time; see the store for the guarantees. Membership is not needed, because the room's name is
 * enough to join, unless the room is locked.
 */
export async function readHistoryBefore(
  services: Services,
  connection: Connection,
  { roomId, ...page }: TimePage & { roomId: string },
): Promise<Message[]> {
  services.budget.spend(connection, 'readHistory');
  await requireRight(services, connection, 'readHistoryByName', { roomId });
  return readVisibleBefore({ services, connection, privacy: await privacyOf(services, connection) }, roomId, page);
}
