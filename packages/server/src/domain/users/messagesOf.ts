import { limits, type Message } from '@earshot/shared';
import type { Services } from '../services.ts';
import { roomsInScope, type UserRequest } from './userScope.ts';

/** The user's own newest messages that are read, of which those in the scope are shown. */
const readMax = 100;

/**
 * Returns the newest messages of a user in the scope, newest first, without deleted and expired ones. In a room, those in its newest page are
 * always among them.
 */
export async function messagesOf(
  services: Services,
  { scope, userId }: UserRequest,
  limit: number,
): Promise<Message[]> {
  const { store, retention } = services;
  const [own, newest] = await Promise.all([
    store.personal.messages.exportOf(userId, { after: null, limit: readMax }),
    scope.type === 'room' ? store.history(scope.roomId, { limit: limits.historyMax, allowCached: true }) : null,
  ]);
  const found = new Map(
    [...own.records, ...(newest?.messages ?? [])]
      .filter((message) => message.userId === userId && !message.deleted && !retention.isExpired(message))
      .map((message) => [message.id, message]),
  );
  const inScope = await roomsInScope(
    services,
    scope,
    Array.from(found.values(), ({ roomId }) => roomId),
  );
  return Array.from(found.values())
    .filter(({ roomId }) => inScope.has(roomId))
    .sort((a, b) => b.timestamp.getTime() - a.timestamp.getTime())
    .slice(0, limit);
}
