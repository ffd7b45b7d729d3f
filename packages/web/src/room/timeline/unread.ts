import type { Message } from '@earshot/client';
import { firstAfter, isAfter, isAt, type ReadMarker, readMarkerOf } from './readMarker.ts';

/** The read position of the user in a room, and the unread line. */
export interface Unread {
  /** The last message seen; null before the first visit. */
  readonly seen: ReadMarker | null;
  /** The unread line stands after this message. It stays while the user reads on, so that they can find it. */
  readonly lineAfter: ReadMarker | null;
}

interface AdvanceInput {
  messages: readonly Message[];
  userId: string;
  /** Whether the user sees the newest message right now. */
  reading: boolean;
}

/** Returns the read position after a change of the messages or of `reading`; the same object if nothing changed. */
export function advance(unread: Unread, { messages, userId, reading }: AdvanceInput): Unread {
  const newest = messages.at(-1);
  if (newest === undefined) return unread;
  const { seen } = unread;
  if (seen !== null && isAt(newest, seen)) return unread;
  // Before the first visit nothing is unread. The seen position can also lie beyond the newest message, if the store
  // lost its end.
  if (seen === null || !isAfter(newest, seen)) return { seen: readMarkerOf(newest), lineAfter: null };
  // The arrival of the user's own message does not mark earlier ones as read, because it may have waited for the connection.
  if (reading || countUnread(messages, userId, seen) === 0) return { ...unread, seen: readMarkerOf(newest) };
  return unread.lineAfter === seen ? unread : { ...unread, lineAfter: seen };
}

/** The state after the user sends a message, which marks all loaded messages as read. */
export function markAllRead({ seen }: Unread, messages: readonly Message[]): Unread {
  const newest = messages.at(-1);
  return { seen: newest === undefined ? seen : readMarkerOf(newest), lineAfter: null };
}

/** Counts the messages of others after the last one seen. */
export function countUnread(messages: readonly Message[], userId: string, seen: ReadMarker | null): number {
  if (seen === null) return 0;
  const later = messages.slice(firstAfter(messages, seen));
  return later.filter((message) => message.userId !== userId && !message.deleted).length;
}
