import type { Message } from '@earshot/client';
import { useEffect, useRef, useState } from 'react';
import { useGuestLabel } from '../../text/useGuestLabel.ts';
import { useText } from '../../text/useText.ts';
import { firstAfter, isAfter, isAt, logStart, type ReadMarker, readMarkerOf } from './readMarker.ts';

/** Messages that arrive within this many milliseconds are announced together. */
const batchMs = 1_000;

/** If there are more than this, only their number is announced. */
const readOutMax = 3;

interface AnnouncerProps {
  messages: readonly Message[];
  /** Whether the room has newer messages that are not loaded. Then the loaded ones are not announced. */
  hasNewer: boolean;
  userId: string;
  /** Whether the room was empty before. Then the first message is announced, too. */
  fromStart: boolean;
}

/** Announces new messages of others to screen readers, but not the history that is loaded and trimmed. */
export function Announcer({ messages, hasNewer, userId, fromStart }: AnnouncerProps) {
  const { room } = useText();
  const guestLabel = useGuestLabel();
  const [announcement, setAnnouncement] = useState('');
  /** The last message announced or present at the start; null before the first one. */
  const [announced, setAnnounced] = useState<ReadMarker | null>(null);
  const newest = hasNewer ? undefined : messages.at(-1);
  const waiting = newest !== undefined && announced !== null && isAfter(newest, announced);
  if (newest === undefined) {
    if (announced === null && fromStart) setAnnounced(logStart);
  } else if (announced === null || !(waiting || isAt(newest, announced))) setAnnounced(readMarkerOf(newest));

  const latest = useRef(messages);
  useEffect(() => {
    latest.current = messages;
  }, [messages]);

  // The batch starts with the first message that is not announced yet; later ones don't delay it.
  useEffect(() => {
    if (!waiting || announced === null) return;
    const timer = setTimeout(() => {
      const unannounced = latest.current.slice(firstAfter(latest.current, announced));
      const others = unannounced.filter((one) => one.userId !== userId && !one.deleted);
      const last = unannounced.at(-1);
      if (last !== undefined) setAnnounced(readMarkerOf(last));
      if (others.length > readOutMax) setAnnouncement(room.newMessages(others.length));
      else if (others.length > 0) {
        setAnnouncement(
          others
            .map(({ userId: id, username, content }) => room.announced(username + guestLabel(id), content))
            .join('\n'),
        );
      }
    }, batchMs);
    return () => clearTimeout(timer);
  }, [waiting, announced, userId, room, guestLabel]);

  return (
    <p className="visually-hidden" aria-live="polite">
      {announcement}
    </p>
  );
}
