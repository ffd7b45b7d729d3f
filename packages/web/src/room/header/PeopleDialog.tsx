import type { Role, Room, User } from '@earshot/client';
import { Suspense, useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { lazyComponent } from '../../lib/lazyComponent.ts';
import { useSettings } from '../../lib/settings.ts';
import { useNamesText } from '../../text/useNamesText.ts';
import { usePrivacyText } from '../../text/usePrivacyText.ts';
import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import { Avatar } from '../message/Author.tsx';
import { NameMark } from '../names/NameMark.tsx';
import { ModerationLink } from '../safety/ModerationLink.tsx';
import { PersonDialog } from '../safety/PersonDialog.tsx';
import styles from './PeopleDialog.module.css';

const VisibilityDialog = lazyComponent(() =>
  import('../../privacy/VisibilityDialog.tsx').then((module) => module.VisibilityDialog),
);

interface PeopleDialogProps {
  room: Room;
  present: readonly User[];
  /** Can exceed the length of `present`: in large rooms not everyone is listed. */
  userCount: number;
  userId: string;
  /** The user's role since it changed; null until then. */
  role: Role | null;
  onClose: () => void;
}

/** Lists the people present. */
export function PeopleDialog({
  room: { id: roomId, ownerId },
  present,
  userCount,
  userId,
  role,
  onClose,
}: PeopleDialogProps) {
  const { room } = useText();
  const names = useNamesText();
  const { auth } = useSettings();
  const [chosen, setChosen] = useState<User | null>(null);
  const privacy = usePrivacyText();
  const [isVisibilityOpen, setIsVisibilityOpen] = useState(false);
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
            {user.userId !== userId && (
              <button
                type="button"
                className={`button icon ${styles.actions}`}
                aria-label={`${room.more}: ${user.username}`}
                title={room.more}
                aria-haspopup="dialog"
                onClick={() => setChosen(user)}
              >
                <Icon name="more" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {auth === 'open' && <p className={styles.more}>{names.unchecked}</p>}
      {more > 0 && <p className={styles.more}>{room.peopleMore(more)}</p>}
      <button type="button" className="button" aria-haspopup="dialog" onClick={() => setIsVisibilityOpen(true)}>
        {privacy.nameTitle}
      </button>
      <ModerationLink roomId={roomId} isOwner={ownerId === userId} role={role} />
      {chosen !== null && (
        <PersonDialog person={{ roomId, user: chosen, messageId: null }} onClose={() => setChosen(null)} />
      )}
      <Suspense>
        {isVisibilityOpen && <VisibilityDialog roomId={roomId} onClose={() => setIsVisibilityOpen(false)} />}
      </Suspense>
    </Dialog>
  );
}
