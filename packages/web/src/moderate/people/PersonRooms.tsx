import { useState } from 'react';
import { SanctionDialog } from '../../sanctions/SanctionDialog.tsx';
import { usePeopleText } from '../../text/usePeopleText.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import styles from './People.module.css';
import type { Person } from './person.ts';
import { Section } from './Section.tsx';

interface PersonRoomsProps extends Pick<Person, 'rooms'> {
  user: Pick<Person, 'userId' | 'username'>;
  onDone: (message: string) => void;
}

/** The rooms of which a user is a member, and sanctions in each. */
export function PersonRooms({ rooms, user, onDone }: PersonRoomsProps) {
  const text = usePeopleText();
  const { open } = useSanctionsText();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Section title={text.rooms} isEmpty={rooms.length === 0}>
      {rooms.map(({ roomId, roomName, username }) => (
        <li key={roomId} className={styles.entry}>
          <span>
            <a href={`/moderate?room=${encodeURIComponent(roomId)}`}>
              <bdi>{roomName}</bdi>
            </a>{' '}
            <span className={styles.meta}>{text.as(username)}</span>
          </span>
          <button
            type="button"
            className="button"
            aria-haspopup="dialog"
            aria-label={`${open} ${roomName}`}
            onClick={() => setChosen(roomId)}
          >
            {open}
          </button>
          {chosen === roomId && (
            <SanctionDialog
              user={user}
              roomId={roomId}
              scopes={[{ type: 'room', roomId }]}
              message={null}
              onClose={() => setChosen(null)}
              onDone={() => {
                setChosen(null);
                onDone(text.sanctioned);
              }}
            />
          )}
        </li>
      ))}
    </Section>
  );
}
