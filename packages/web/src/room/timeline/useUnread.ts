import type { Message } from '@earshot/client';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { recall, remember } from '../roomMemory.ts';
import { formatPosition, type LogPosition, parsePosition } from './logPosition.ts';
import { advance, answer, countUnread, type Unread } from './unread.ts';

interface UnreadOptions {
  /** Null until it is known. */
  roomId: string | null;
  messages: readonly Message[];
  /** Whether the room has newer ones: then those say nothing of how far one has read. */
  hasNewer: boolean;
  userId: string;
  reading: boolean;
}

/** Where the unread line stands, and how many messages of others wait; kept from visit to visit. */
export function useUnread({ roomId, messages, hasNewer, userId, reading }: UnreadOptions): {
  lineAfter: LogPosition | null;
  count: number;
  /** To be called when the user says something. */
  onAnswer: () => void;
} {
  const [state, setKept] = useState<{ roomId: string | null; unread: Unread }>(() => recallUnread(null));
  let { unread } = state;
  if (roomId !== state.roomId) unread = recallUnread(roomId).unread;
  if (roomId !== null && !hasNewer) unread = advance(unread, { messages, userId, reading });
  // What the messages say is taken in while rendering, so that no frame shows the line in another place.
  if (roomId !== state.roomId || unread !== state.unread) setKept({ roomId, unread });

  const { seen, lineAfter } = unread;
  useEffect(() => {
    if (roomId !== null && seen !== null) remember('seen', roomId, formatPosition(seen));
  }, [roomId, seen]);
  const count = useMemo(() => countUnread(messages, userId, seen), [messages, userId, seen]);
  const onAnswer = useCallback(() => {
    if (!hasNewer) setKept((now) => ({ ...now, unread: answer(now.unread, messages) }));
  }, [messages, hasNewer]);
  return { lineAfter, count, onAnswer };
}

function recallUnread(roomId: string | null): { roomId: string | null; unread: Unread } {
  const seen = roomId === null ? null : recall('seen', roomId);
  return { roomId, unread: { seen: seen === null ? null : parsePosition(seen), lineAfter: null } };
}
