import type { Message } from '@earshot/client';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { readRoomData, writeRoomData } from '../roomStorage.ts';
import { formatReadMarker, parseReadMarker, type ReadMarker } from './readMarker.ts';
import { advance, countUnread, markAllRead, type Unread } from './unread.ts';

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
  onSend: () => void;
} {
  const [state, setState] = useState<{ roomId: string | null; unread: Unread }>(() => readUnread(null));
  let { unread } = state;
  if (roomId !== state.roomId) unread = readUnread(roomId).unread;
  if (roomId !== null && !hasNewer) unread = advance(unread, { messages, userId, reading });
  // State is updated during rendering, so that no frame shows the line at another position.
  if (roomId !== state.roomId || unread !== state.unread) setState({ roomId, unread });

  const { seen, lineAfter } = unread;
  useEffect(() => {
    if (roomId !== null && seen !== null) writeRoomData('seen', roomId, formatReadMarker(seen));
  }, [roomId, seen]);
  const count = useMemo(() => countUnread(messages, userId, seen), [messages, userId, seen]);
  const onSend = useCallback(() => {
    if (!hasNewer) setState((current) => ({ ...current, unread: markAllRead(current.unread, messages) }));
  }, [messages, hasNewer]);
  return { lineAfter, count, onSend };
}

function readUnread(roomId: string | null): { roomId: string | null; unread: Unread } {
  const seen = roomId === null ? null : readRoomData('seen', roomId);
  return { roomId, unread: { seen: seen === null ? null : parseReadMarker(seen), lineAfter: null } };
}
