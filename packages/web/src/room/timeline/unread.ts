import type { Message } from '@earshot/client';

/** How far the user has read a room. Both are sequence numbers. */
export interface Unread {
  /** The last message seen; null before the first visit. */
  readonly seen: number | null;
  /** Where the unread line stands: after this message. It stays while one reads on, so that one finds it. */
  readonly lineAfter: number | null;
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
  // Nothing was missed before the first visit; a store may have lost its end.
  if (seen === null || newest.seq < seen) return { seen: newest.seq, lineAfter: null };
  if (newest.seq === seen) return unread;
  // One's own that comes says nothing of what came before it: it may have waited for the connection.
  if (reading || countUnread(messages, userId, seen) === 0) return { ...unread, seen: newest.seq };
  return unread.lineAfter === seen ? unread : { ...unread, lineAfter: seen };
}

/** After the user said something: who answers has read what is there. */
export function answer({ seen }: Unread, messages: readonly Message[]): Unread {
  return { seen: messages.at(-1)?.seq ?? seen, lineAfter: null };
}

/** How many messages of others came after the last one seen. */
export function countUnread(messages: readonly Message[], userId: string, seen: number | null): number {
  if (seen === null) return 0;
  let count = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index];
    if (message === undefined || message.seq <= seen) break;
    if (message.userId !== userId && !message.deleted) count += 1;
  }
  return count;
}
