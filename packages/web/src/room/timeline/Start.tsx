import type { Room } from '@earshot/client';
import type { RoomView } from '@earshot/client/react';
import { useOffline } from '../../connection/useOffline.ts';
import { useText } from '../../text/useText.ts';
import { useRoomTitle } from '../useRoomTitle.ts';
import { useTimeFormat } from '../useTimeFormat.ts';
import styles from './Start.module.css';

interface StartProps {
  view: RoomView;
  olderFailed: boolean;
  onRetry: () => void;
}

/** Shown above the first message: that there are more, or when the room was created. */
export function Start({ view, olderFailed, onRetry }: StartProps) {
  const { room: text } = useText();
  const { room, messages, hasOlder } = view;
  const offline = useOffline();
  if (olderFailed) {
    return (
      <p className={styles.older} role="status">
        {text.olderFailed}{' '}
        <button type="button" className="button" onClick={onRetry}>
          {text.tryAgain}
        </button>
      </p>
    );
  }
  if (room === null && offline) return <p className={styles.older}>{text.offlineHint}</p>;
  // A watch can be live shortly before its first messages arrive. Until then only the room's summary shows whether there are any.
  const empty = messages.length === 0;
  if (hasOlder || room === null || (empty && !view.isNew && room.lastMessageAt !== null)) {
    return (
      <p className={`${styles.older} ${styles.loading}`}>
        <span className={styles.spinner} />
        {text.olderLoading}
      </p>
    );
  }
  return <Beginning room={room} empty={empty && view.pending.length === 0} />;
}

function Beginning({ room, empty }: { room: Room; empty: boolean }) {
  const { room: text } = useText();
  const time = useTimeFormat();
  const title = useRoomTitle(room);
  return (
    <div className={styles.beginning}>
      <h3 className={styles.title} dir="auto">
        {title}
      </h3>
      <p className={styles.since}>
        {empty ? `${text.empty} ${text.emptyHint}` : `${text.created} ${time.exact(room.createdAt)}`}
      </p>
    </div>
  );
}
