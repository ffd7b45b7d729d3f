import type { Message } from '@earshot/client';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useAroundText } from '../text/useAroundText.ts';
import { AroundMessage } from './AroundMessage.tsx';
import styles from './AroundPane.module.css';

interface AroundMessagesProps {
  /** Oldest first. */
  messages: readonly Message[];
  /** The titles of the rooms, by id. */
  titles: ReadonlyMap<string, string>;
  onOpen: (roomId: string) => void;
}

/** The most messages shown. Older ones are in their rooms. */
const shownMax = 200;

/**
 * The messages as a log, the newest at the end. It is one tab stop with a roving tabindex (WAI-ARIA practices): the arrow keys move from
 * message to message.
 */
export function AroundMessages({ messages, titles, onOpen }: AroundMessagesProps) {
  const text = useAroundText();
  const hintId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [focusedId, setFocusedId] = useState<string | null>(null);
  const shown = messages.slice(-shownMax);
  const activeId = shown.some(({ id }) => id === focusedId) ? focusedId : shown.at(-1)?.id;

  function onKeyDown(event: KeyboardEvent): void {
    const { target, key } = event;
    if (!(target instanceof HTMLElement) || target.tagName !== 'ARTICLE') return;
    const at = shown.findIndex(({ id }) => id === activeId);
    const next = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: shown.length - 1 }[key];
    const message = next === undefined ? undefined : shown[next];
    const current = shown[at];
    if (key === 'Enter' && current !== undefined) onOpen(current.roomId);
    else if (message !== undefined) list.current?.querySelector<HTMLElement>(`[data-id="${message.id}"]`)?.focus();
    else return;
    event.preventDefault();
  }

  return (
    // The reversed column keeps the end in view while messages are added there.
    <div className={styles.scroller}>
      <div
        ref={list}
        role="log"
        aria-label={text.messages}
        aria-describedby={hintId}
        className={styles.messages}
        onKeyDown={onKeyDown}
      >
        {shown.map((message) => (
          <AroundMessage
            key={message.id}
            message={message}
            room={titles.get(message.roomId) ?? ''}
            active={message.id === activeId}
            onFocus={setFocusedId}
            onOpen={onOpen}
          />
        ))}
      </div>
      <p id={hintId} hidden>
        {text.hint}
      </p>
    </div>
  );
}
