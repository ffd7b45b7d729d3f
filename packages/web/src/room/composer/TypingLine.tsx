import type { User } from '@earshot/client';
import { isolate } from '../../lib/isolate.ts';
import { useGuestLabel } from '../../text/useGuestLabel.ts';
import { useText } from '../../text/useText.ts';
import styles from './TypingLine.module.css';

/** Shows who is typing. Its height is fixed, so that nothing moves; it is hidden from screen readers. */
export function TypingLine({ users }: { users: readonly User[] }) {
  const { room } = useText();
  const guestLabel = useGuestLabel();
  return (
    <p className={styles.typing} aria-hidden="true">
      {users.length > 0 && (
        <>
          <span className={styles.dots}>
            <i />
            <i />
            <i />
          </span>
          <span className={styles.names}>
            {room.typing(users.map(({ userId, username }) => isolate(username) + guestLabel(userId)))}
          </span>
        </>
      )}
    </p>
  );
}
