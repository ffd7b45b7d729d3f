import type { HistoryPage } from '@earshot/shared';
import type { HistoryQuery } from '../store/store.ts';
import type { Connection } from './connection.ts';
import { requireMember } from './permission.ts';
import type { Services } from './services.ts';

/** A page of the room's messages, for its members. */
export async function readHistory(
  { store }: Services,
  connection: Connection,
  { roomId, ...page }: HistoryQuery & { roomId: string },
): Promise<HistoryPage> {
  await requireMember(store, roomId, connection.user);
  return store.history(roomId, page);
}
