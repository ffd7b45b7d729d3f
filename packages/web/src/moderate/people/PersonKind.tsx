import { isGuestId } from '@earshot/client';
import { usePeopleText } from '../../text/usePeopleText.ts';
import styles from './People.module.css';

/** Whether a user is a guest or has an account. */
export function PersonKind({ userId }: { userId: string }) {
  const text = usePeopleText();
  const isGuest = isGuestId(userId);
  return (
    <span className={styles.mark} data-guest={isGuest}>
      {isGuest ? text.guest : text.account}
    </span>
  );
}
