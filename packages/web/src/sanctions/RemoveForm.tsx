import { asEarshotError, type EarshotClientError, hasVisibleName } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { limits } from '@earshot/shared';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import { removeMessage } from './removeMessage.ts';
import styles from './SanctionForm.module.css';

interface RemoveFormProps {
  roomId: string;
  messageId: string;
  onCancel: () => void;
  /** Called after the message is removed. */
  onDone: () => void;
}

/** Removes the message of another user, after a confirmation. */
export function RemoveForm({ roomId, messageId, onCancel, onDone }: RemoveFormProps) {
  const text = useSanctionsText();
  const client = useEarshot();
  const [reason, setReason] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || client === null) return;
    setIsBusy(true);
    try {
      await removeMessage(client, { roomId, messageId, reason: hasVisibleName(reason) ? reason : null });
      onDone();
    } catch (error) {
      setProblem(asEarshotError(error));
      setIsBusy(false);
    }
  }

  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)}>
      <p>{text.removeHint}</p>
      <label className="field">
        {text.removeReason}
        <input
          value={reason}
          maxLength={limits.reasonChars}
          dir="auto"
          onChange={({ target }) => setReason(target.value)}
        />
      </label>
      {problem !== null && <Problem cause={problem} />}
      <div className={styles.actions}>
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
        <button type="submit" className="button primary" disabled={isBusy}>
          {text.removeSubmit}
        </button>
      </div>
    </form>
  );
}
