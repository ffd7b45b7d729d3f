import type { User } from '@earshot/client';
import { Dialog } from '../../components/Dialog.tsx';
import { useText } from '../../text/useText.ts';
import { NameMark } from '../lookalikes/NameMark.tsx';
import { Avatar } from '../message/Author.tsx';
import styles from './PeopleDialog.module.css';

interface PeopleDialogProps {
  present: readonly User[];
  /** Can exceed the length of `present`: in large rooms not everyone is listed. */
  userCount: number;
  userId: string;
  onClose: () => void;
}

/** Lists the people present. */
export function PeopleDialog({ present, userCount, userId, onClose }: PeopleDialogProps) {
  const { room } = useText();
  const more = userCount - present.length;
  return (
    <Dialog title={room.people} onClose={onClose}>
      <ul className={styles.people}>
        {present.map((user) => (
          <li key={user.userId} className={styles.person}>
            <Avatar {...user} />
            <bdi className={styles.name}>{user.username}</bdi>
            {user.userId === userId && <span className={styles.you}>{room.you}</span>}
            <NameMark userId={user.userId} verbose />
          </li>
        ))}
      </ul>
      {more > 0 && <p className={styles.more}>{room.peopleMore(more)}</p>}
    </Dialog>
  );
}
