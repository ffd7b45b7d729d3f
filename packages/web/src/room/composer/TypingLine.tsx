import type { User } from '@earshot/client';
import { useText } from '../../text/useText.ts';
import { isolate } from '../isolate.ts';
import styles from './TypingLine.module.css';

/** Who is writing. Its place is always there, so that nothing moves; screen readers are spared it. */
export function TypingLine({ users }: { users: readonly User[] }) {
  const { room } = useText();
  return (
    <p className={styles.typing} aria-hidden="true">
      {users.length > 0 && (
        <>
          <span className={styles.dots}>
            <i />
            <i />
            <i />
          </span>
          <span className={styles.names}>{room.typing(users.map(({ username }) => isolate(username)))}</span>
        </>
      )}
    </p>
  );
}
