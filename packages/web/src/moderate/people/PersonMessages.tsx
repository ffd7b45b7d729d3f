import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { RemoveForm } from '../../sanctions/RemoveForm.tsx';
import { usePeopleText } from '../../text/usePeopleText.ts';
import { useTime } from '../useTime.ts';
import styles from './People.module.css';
import type { Person } from './person.ts';
import { Section } from './Section.tsx';

interface PersonMessagesProps extends Pick<Person, 'messages'> {
  onDone: (message: string) => void;
}

/** The newest messages of a user, and removing them. */
export function PersonMessages({ messages, onDone }: PersonMessagesProps) {
  const text = usePeopleText();
  const timeOf = useTime();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Section title={text.messages} isEmpty={messages.length === 0}>
      {messages.map(({ id, roomId, roomName, content, timestamp }) => (
        <li key={id} className={styles.entry}>
          <div>
            <p className={styles.text} dir="auto">
              {content}
            </p>
            <p className={styles.meta}>
              <time dateTime={timestamp.toISOString()}>{timeOf(timestamp)}</time>
              {roomName !== null && <bdi>{roomName}</bdi>}
            </p>
          </div>
          <button
            type="button"
            className="button"
            aria-haspopup="dialog"
            aria-label={`${text.remove} ${content.slice(0, 40).toWellFormed()}`}
            onClick={() => setChosen(id)}
          >
            {text.remove}
          </button>
          {chosen === id && (
            <Dialog title={text.removeTitle} onClose={() => setChosen(null)}>
              <RemoveForm
                roomId={roomId}
                messageId={id}
                onCancel={() => setChosen(null)}
                onDone={() => {
                  setChosen(null);
                  onDone(text.removed);
                }}
              />
            </Dialog>
          )}
        </li>
      ))}
    </Section>
  );
}
