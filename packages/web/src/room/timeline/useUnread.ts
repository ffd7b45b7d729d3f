import type { Message } from '@earshot/client';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { recall, remember } from '../roomMemory.ts';
import { formatReadMarker, parseReadMarker, type ReadMarker } from './readMarker.ts';
import { advance, answer, countUnread, type Unread } from './unread.ts';

interface UnreadOptions {
  /** Null until it is known. */
  roomId: string | null;
  messages: readonly Message[];
  /** Whether the room has newer messages that are not loaded. Then the loaded ones don't show how far the user has read. */
  hasNewer: boolean;
  userId: string;
  reading: boolean;
}

/** The position of the unread line and the number of unread messages of others; stored between visits. */
export function useUnread({ roomId, messages, hasNewer, userId, reading }: UnreadOptions): {
  lineAfter: ReadMarker | null;
  count: number;
  /** Call it when the user sends a message. */
  onAnswer: () => void;
} {
  const [state, setKept] = useState<{ roomId: string | null; unread: Unread }>(() => recallUnread(null));
  let { unread } = state;
  if (roomId !== state.roomId) unread = recallUnread(roomId).unread;
  if (roomId !== null && !hasNewer) unread = advance(unread, { messages, userId, reading });
  // State is updated during rendering, so that no frame shows the line at another position.
  if (roomId !== state.roomId || unread !== state.unread) setKept({ roomId, unread });

  const { seen, lineAfter } = unread;
  useEffect(() => {
    if (roomId !== null && seen !== null) remember('seen', roomId, formatReadMarker(seen));
  }, [roomId, seen]);
  const count = useMemo(() => countUnread(messages, userId, seen), [messages, userId, seen]);
  const onAnswer = useCallback(() => {
    if (!hasNewer) setKept((now) => ({ ...now, unread: answer(now.unread, messages) }));
  }, [messages, hasNewer]);
  return { lineAfter, count, onAnswer };
}

function recallUnread(roomId: string | null): { roomId: string | null; unread: Unread } {
  const seen = roomId === null ? null : recall('seen', roomId);
  return { roomId, unread: { seen: seen === null ? null : parseReadMarker(seen), lineAfter: null } };
}
