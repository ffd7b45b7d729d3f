import type { User } from '@earshot/client';
import { Dialog } from '../../components/Dialog.tsx';
import { useSettings } from '../../lib/settings.ts';
import { useNamesText } from '../../text/useNamesText.ts';
import { useText } from '../../text/useText.ts';
import { Avatar } from '../message/Author.tsx';
import { NameMark } from '../names/NameMark.tsx';
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
  const names = useNamesText();
  const { auth } = useSettings();
  const more = userCount - present.length;
  return (
    <Dialog title={room.people} onClose={onClose}>
      <ul className={styles.people}>
        {present.map((user) => (
          <li key={user.userId} className={styles.person}>
            <Avatar {...user} />
            <bdi className={styles.name}>{user.username}</bdi>
            {user.userId === userId && <span className={styles.you}>{room.you}</span>}
            <NameMark {...user} verbose />
          </li>
        ))}
      </ul>
      {auth === 'open' && <p className={styles.more}>{names.unchecked}</p>}
      {more > 0 && <p className={styles.more}>{room.peopleMore(more)}</p>}
    </Dialog>
  );
}
