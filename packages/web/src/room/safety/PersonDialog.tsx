import { useState } from 'react';
import { Dialog } from '../../components/Dialog.tsx';
import { isolate } from '../../lib/isolate.ts';
import { useSafetyText } from '../../text/useSafetyText.ts';
import { BlockButton } from './BlockButton.tsx';
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
  const [isReporting, setIsReporting] = useState(false);
  return (
    <Dialog title={isolate(person.user.username)} onClose={onClose}>
      {isReporting ? (
        <ReportForm person={person} onClose={onClose} onCancel={() => setIsReporting(false)} />
      ) : (
        <div className={styles.parts}>
          <BlockButton user={person.user} onBlocked={person.messageId === null ? undefined : onClose} />
          <section className={styles.part}>
            <p>{text.reportHint}</p>
            <button type="button" className="button" onClick={() => setIsReporting(true)}>
              {person.messageId === null ? text.reportPerson : text.reportMessage}
            </button>
          </section>
        </div>
      )}
    </Dialog>
  );
}
