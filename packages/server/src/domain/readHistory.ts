import type { HistoryPage, Message } from '@earshot/shared';
import type { HistoryQuery, TimePage } from '../store/store.ts';
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

/**
 * A page of the room's messages by time: see the store for what is promised. For whoever the transport lets read: a
 * room's name is all that it takes to join, so being a member would prove nothing.
 */
export function readHistoryBefore(
  { store }: Services,
  { roomId, ...page }: TimePage & { roomId: string },
): Promise<Message[]> {
  return store.historyBefore(roomId, page);
}
