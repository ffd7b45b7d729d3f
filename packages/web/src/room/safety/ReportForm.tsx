import { asEarshotError, type EarshotClientError, hasVisibleText, type RouterInputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import { useSafetyText } from '../../text/useSafetyText.ts';
import { useText } from '../../text/useText.ts';
import styles from './PersonDialog.module.css';
import type { Person } from './person.ts';

type Reason = RouterInputs['reports']['file']['reason'];

const reasons = ['spam', 'harassment', 'hate', 'sexual', 'violence', 'danger', 'other'] as const satisfies Reason[];

interface ReportFormProps {
  person: Person;
  onClose: () => void;
  onCancel: () => void;
}

/** Reports a message, or a user, to the moderators. */
export function ReportForm({ person: { roomId, user, messageId }, onClose, onCancel }: ReportFormProps) {
  const text = useSafetyText();
  const { app } = useText();
  const client = useEarshot();
  const [reason, setReason] = useState<Reason | null>(null);
  const [note, setNote] = useState('');
  const [state, setState] = useState<'editing' | 'sending' | 'sent'>('editing');
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  async function send(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (reason === null || state === 'sending') return;
    setState('sending');
    try {
      await client?.trpc.reports.file.mutate({
        roomId,
        reason,
        ...(messageId === null ? { userId: user.userId } : { messageId }),
        ...(hasVisibleText(note) && { note }),
      });
      setState('sent');
    } catch (error) {
      setProblem(asEarshotError(error));
      setState('editing');
    }
  }

  if (state === 'sent') {
    return (
      <div className={styles.form}>
        <p role="status">{text.sent}</p>
        <div className={styles.choices}>
          {/* biome-ignore lint/a11y/noAutofocus: the button that had the focus is gone */}
          <button type="button" className="button primary" autoFocus onClick={onClose}>
            {app.close}
          </button>
        </div>
      </div>
    );
  }
  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void send(event)}>
      <fieldset className={styles.reasons}>
        <legend>{text.reason}</legend>
        {reasons.map((one) => (
          <label key={one}>
            <input type="radio" name="reason" checked={reason === one} onChange={() => setReason(one)} />
            {text.reasons[one]}
          </label>
        ))}
      </fieldset>
      <label className="field">
        {text.note}
        <textarea
          rows={3}
          value={note}
          maxLength={limits.reportNoteChars}
          dir="auto"
          onChange={(event) => setNote(event.target.value)}
        />
      </label>
      {problem !== null && <Problem cause={problem} />}
      <div className={styles.choices}>
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
        <button type="submit" className="button primary" disabled={reason === null || state === 'sending'}>
          {text.send}
        </button>
      </div>
    </form>
  );
}
