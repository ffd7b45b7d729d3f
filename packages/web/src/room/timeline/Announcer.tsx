import type { Message } from '@earshot/client';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../text/useText.ts';
import { firstAfter, isAfter, isAt, type LogPosition, logStart, positionOf } from './logPosition.ts';

/** Messages that come within this time, in milliseconds, are told together. */
const gatherMs = 1_000;

/** More than this at once are only counted. */
const readOutMax = 3;

interface AnnouncerProps {
  messages: readonly Message[];
  /** Whether the room has newer ones: then those say nothing of what is new. */
  hasNewer: boolean;
  userId: string;
  /** Whether nobody had said anything before: then the first message is news, too. */
  fromStart: boolean;
}

/** Tells screen readers of what others write from now on, but not of the history that comes and goes on the screen. */
export function Announcer({ messages, hasNewer, userId, fromStart }: AnnouncerProps) {
  const { room } = useText();
  const [words, setWords] = useState('');
  /** The last message told of, or that was there before; null before the first one. */
  const [told, setTold] = useState<LogPosition | null>(null);
  const newest = hasNewer ? undefined : messages.at(-1);
  const waiting = newest !== undefined && told !== null && isAfter(newest, told);
  if (newest === undefined) {
    if (told === null && fromStart) setTold(logStart);
  } else if (told === null || !(waiting || isAt(newest, told))) setTold(positionOf(newest));

  const latest = useRef(messages);
  useEffect(() => {
    latest.current = messages;
  }, [messages]);

  // Gathers from the first message that is not told of: later ones don't put it off.
  useEffect(() => {
    if (!waiting || told === null) return;
    const timer = setTimeout(() => {
      const fresh = latest.current.slice(firstAfter(latest.current, told));
      const others = fresh.filter((one) => one.userId !== userId && !one.deleted);
      const last = fresh.at(-1);
      if (last !== undefined) setTold(positionOf(last));
      if (others.length > readOutMax) setWords(room.newMessages(others.length));
      else if (others.length > 0) {
        setWords(others.map(({ username, content }) => room.announced(username, content)).join('\n'));
      }
    }, gatherMs);
    return () => clearTimeout(timer);
  }, [waiting, told, userId, room]);

  return (
    <p className="visually-hidden" aria-live="polite">
      {words}
    </p>
  );
}
