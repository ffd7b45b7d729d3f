import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { isolate } from '../../lib/isolate.ts';
import { useModeratorRole } from '../../sanctions/useModeratorRole.ts';
import { useSafetyText } from '../../text/useSafetyText.ts';
import { BlockButton } from './BlockButton.tsx';
import { ModeratorForm, ModeratorPart, type ModeratorTask } from './ModeratorPart.tsx';
import styles from './PersonDialog.module.css';
import type { Person } from './person.ts';
import { ReportForm } from './ReportForm.tsx';

interface PersonDialogProps {
  person: Person;
  onClose: () => void;
}

/** What can be done about another user, or one of their messages. */
export function PersonDialog({ person, onClose }: PersonDialogProps) {
  const text = useSafetyText();
  const role = useModeratorRole(person.roomId);
  const [task, setTask] = useState<'report' | ModeratorTask | null>(null);
  const [done, setDone] = useState('');
  const isOfMessage = person.messageId !== null;

  function onDone(message: string): void {
    setDone(message);
    setTask(null);
    // The message that the dialog was opened from has changed.
    if (isOfMessage) onClose();
  }

  return (
    <Dialog title={isolate(person.user.username)} onClose={onClose}>
      {task === 'report' && <ReportForm person={person} onClose={onClose} onCancel={() => setTask(null)} />}
      {(task === 'sanction' || task === 'remove') && (
        <ModeratorForm {...{ task, person, role, onDone }} onCancel={() => setTask(null)} />
      )}
      {task === null && (
        <div className={styles.parts}>
          <p role="status" className={done === '' ? 'visually-hidden' : styles.done}>
            {done}
          </p>
          <BlockButton user={person.user} onBlocked={isOfMessage ? onClose : undefined} />
          <section className={styles.part}>
            <p>{text.reportHint}</p>
            <button type="button" className="button" onClick={() => setTask('report')}>
              {isOfMessage ? text.reportMessage : text.reportPerson}
            </button>
          </section>
          {role !== null && <ModeratorPart person={person} onChoose={setTask} />}
        </div>
      )}
    </Dialog>
  );
}
