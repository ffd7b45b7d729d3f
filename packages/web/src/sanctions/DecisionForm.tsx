import { asEarshotError, type EarshotClient, type EarshotClientError } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { useSanctionsText } from '../text/useSanctionsText.ts';
import styles from './SanctionForm.module.css';

interface DecisionFormProps {
  /** The fields. The first one has the focus at first. */
  children: ReactNode;
  submitLabel: string;
  /** Carries out the decision. If it rejects, the error is shown, and the form stays. */
  decide: (client: EarshotClient) => Promise<void>;
  onCancel: () => void;
  /** Called after the decision has taken effect. */
  onDone: () => void;
}

/** A form for a decision of a moderator. */
export function DecisionForm({ children, submitLabel, decide, onCancel, onDone }: DecisionFormProps) {
  const text = useSanctionsText();
  const client = useEarshot();
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy || client === null) return;
    setIsBusy(true);
    setProblem(null);
    try {
      await decide(client);
      onDone();
    } catch (error) {
      setProblem(asEarshotError(error));
      setIsBusy(false);
    }
  }

  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)}>
      {children}
      {problem !== null && <Problem cause={problem} />}
      <div className={styles.actions}>
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
        <button type="submit" className="button primary" disabled={isBusy}>
          {submitLabel}
        </button>
      </div>
    </form>
  );
}
