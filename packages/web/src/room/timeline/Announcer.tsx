import type { Message } from '@earshot/client';
import { useEffect, useRef, useState } from 'react';
import { useText } from '../../text/useText.ts';

/** Messages that come within this time, in milliseconds, are told together. */
const gatherMs = 1_000;

/** More than this at once are only counted. */
const readOutMax = 3;

interface AnnouncerProps {
  messages: readonly Message[];
  userId: string;
  /** Whether nobody had said anything before: then the first message is news, too. */
  fromStart: boolean;
}

/** Tells screen readers of what others write from now on, but not of the history that comes and goes on the screen. */
export function Announcer({ messages, userId, fromStart }: AnnouncerProps) {
  const { room } = useText();
  const [words, setWords] = useState('');
  /** The last message told of, or that was there before; null before the first one. */
  const [told, setTold] = useState<number | null>(null);
  const newest = messages.at(-1)?.seq ?? null;
  if (newest === null) {
    if (told === null && fromStart) setTold(0);
  } else if (told === null || newest < told) setTold(newest);

  const latest = useRef(messages);
  useEffect(() => {
    latest.current = messages;
  }, [messages]);

  // Gathers from the first message that is not told of: later ones don't put it off.
  const waiting = newest !== null && told !== null && newest > told;
  useEffect(() => {
    if (!waiting) return;
    const timer = setTimeout(() => {
      const fresh = latest.current.filter(({ seq }) => seq > told);
      const others = fresh.filter((one) => one.userId !== userId && !one.deleted);
      setTold(fresh.at(-1)?.seq ?? told);
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
