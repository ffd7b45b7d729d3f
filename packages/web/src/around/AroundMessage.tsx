import type { Message } from '@earshot/client';
import { memo } from 'react';
import { authorHue } from '../room/message/authorHue.ts';
import { MessageText } from '../room/message/MessageText.tsx';
import { isoDay } from '../room/today.ts';
import { useTimeFormat } from '../room/useTimeFormat.ts';
import { useAroundText } from '../text/useAroundText.ts';
import { useGuestLabel } from '../text/useGuestLabel.ts';
import { useText } from '../text/useText.ts';
import styles from './AroundMessage.module.css';

interface AroundMessageProps {
  message: Message;
  /** The title of its room. */
  room: string;
  /** Whether the roving tabindex is at this message. */
  active: boolean;
  /** Both callbacks stay the same as long as the list is mounted. */
  onFocus: (id: string) => void;
  onOpen: (roomId: string) => void;
}

/** A message with its room. A press anywhere but on a link in it opens the room. */
export const AroundMessage = memo(function AroundMessage({
  message,
  room,
  active,
  onFocus,
  onOpen,
}: AroundMessageProps) {
  const text = useAroundText();
  const pageText = useText();
  const time = useTimeFormat();
  const guest = useGuestLabel()(message.userId);
  const { id, roomId, userId, username, timestamp, content, deleted, removedBy } = message;
  const now = new Date();
  const clock = time.clock(timestamp);
  const at = isoDay(timestamp) === isoDay(now) ? clock : `${time.day(timestamp, now)}, ${clock}`;
  return (
    <article
      data-id={id}
      className={styles.message}
      tabIndex={active ? 0 : -1}
      aria-label={text.message(username + guest, room, at)}
      onFocus={() => onFocus(id)}
    >
      <header className={styles.header}>
        <button type="button" className={styles.room} tabIndex={active ? 0 : -1} onClick={() => onOpen(roomId)}>
          <bdi>{room}</bdi>
        </button>
        <time dateTime={timestamp.toISOString()} title={time.exact(timestamp)}>
          {at}
        </time>
      </header>
      <p>
        <bdi className={styles.author} style={{ '--hue': authorHue(userId) }}>
          {username}
        </bdi>
        {guest}{' '}
        {deleted ? (
          <span className={styles.deleted}>{removedBy ? pageText.room.removed : pageText.room.deleted}</span>
        ) : (
          <MessageText content={content} tabbable={active} />
        )}
      </p>
    </article>
  );
});
