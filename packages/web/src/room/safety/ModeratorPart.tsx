import { RemoveForm } from '../../sanctions/RemoveForm.tsx';
import { SanctionForm } from '../../sanctions/SanctionForm.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { isServerRole, type Role } from '../../sanctions/useModeratorRole.ts';
import { useSafetyText } from '../../text/useSafetyText.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import styles from './PersonDialog.module.css';
import type { Person } from './person.ts';

export type ModeratorTask = 'sanction' | 'remove';

/** What a moderator can do about another user, or one of their messages. */
export function ModeratorPart({ person, onChoose }: { person: Person; onChoose: (task: ModeratorTask) => void }) {
  const { moderate } = useSafetyText();
  const text = useSanctionsText();
  return (
    <section className={styles.part} aria-label={moderate}>
      <p>{text.menuHint}</p>
      {person.messageId !== null && (
        <button type="button" className="button" onClick={() => onChoose('remove')}>
          {text.remove}
        </button>
      )}
      <button type="button" className="button" onClick={() => onChoose('sanction')}>
        {text.open}
      </button>
    </section>
  );
}

interface ModeratorFormProps {
  task: ModeratorTask;
  person: Person;
  role: Role | null;
  onCancel: () => void;
  onDone: (message: string) => void;
}

/** The form of a task that a moderator chose. */
export function ModeratorForm({ task, person, role, onCancel, onDone }: ModeratorFormProps) {
  const text = useSanctionsText();
  const { roomId, messageId, user } = person;
  if (task === 'remove') {
    if (messageId === null) return null;
    return <RemoveForm {...{ roomId, messageId, onCancel }} onDone={() => onDone(text.removed)} />;
  }
  const here: Scope = { type: 'room', roomId };
  return (
    <SanctionForm
      userId={user.userId}
      roomId={roomId}
      scopes={isServerRole(role) ? [here, { type: 'server' }] : [here]}
      message={messageId === null ? null : { roomId, messageId }}
      onCancel={onCancel}
      onDone={() => onDone(text.sanctioned)}
    />
  );
}
