import type { Message } from '@earshot/client';
import { firstAfter, isAfter, isAt, type LogPosition, positionOf } from './logPosition.ts';

/** How far the user has read a room. */
export interface Unread {
  /** The last message seen; null before the first visit. */
  readonly seen: LogPosition | null;
  /** Where the unread line stands: after this message. It stays while one reads on, so that one finds it. */
  readonly lineAfter: LogPosition | null;
}

interface Facts {
  messages: readonly Message[];
  userId: string;
  /** Whether the user looks at the newest message right now. */
  reading: boolean;
}

/** How far one has read, after the messages or the reading changed. The same object when nothing changed. */
export function advance(unread: Unread, { messages, userId, reading }: Facts): Unread {
  const newest = messages.at(-1);
  if (newest === undefined) return unread;
  const { seen } = unread;
  if (seen !== null && isAt(newest, seen)) return unread;
  // Nothing was missed before the first visit; a store may have lost its end.
  if (seen === null || !isAfter(newest, seen)) return { seen: positionOf(newest), lineAfter: null };
  // One's own that comes says nothing of what came before it: it may have waited for the connection.
  if (reading || countUnread(messages, userId, seen) === 0) return { ...unread, seen: positionOf(newest) };
  return unread.lineAfter === seen ? unread : { ...unread, lineAfter: seen };
}

/** After the user said something: who answers has read what is there. */
export function answer({ seen }: Unread, messages: readonly Message[]): Unread {
  const newest = messages.at(-1);
  return { seen: newest === undefined ? seen : positionOf(newest), lineAfter: null };
}

/** How many messages of others came after the last one seen. */
export function countUnread(messages: readonly Message[], userId: string, seen: LogPosition | null): number {
  if (seen === null) return 0;
  const later = messages.slice(firstAfter(messages, seen));
  return later.filter((message) => message.userId !== userId && !message.deleted).length;
}
