import { useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import styles from './Privacy.module.css';

interface ConfirmedActionProps {
  hint: string;
  /** The labels of the buttons. */
  labels: { ask: string; cancel: string; act: string };
  question: string;
  act: () => Promise<void>;
}

/** A button that asks before it acts. The safe answer gets the focus, and afterwards the button that asked. */
export function ConfirmedAction({ hint, labels, question, act }: ConfirmedActionProps) {
  const [state, setState] = useState<'idle' | 'asking' | 'acting' | 'cancelled'>('idle');
  const [problem, setProblem] = useState<ProblemCause | null>(null);

  async function confirm(): Promise<void> {
    setState('acting');
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(problemOf(error));
      setState('asking');
    }
  }

  const isCancelled = state === 'cancelled';
  if (state === 'idle' || isCancelled) {
    return (
      <>
        <p className={styles.hint}>{hint}</p>
        {/* biome-ignore lint/a11y/noAutofocus: after the question, the button that was pressed is gone */}
        <button type="button" className="button danger" autoFocus={isCancelled} onClick={() => setState('asking')}>
          {labels.ask}
        </button>
      </>
    );
  }
  return (
    <>
      <p role="alert">{question}</p>
      <div className={styles.buttons}>
        {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone */}
        <button type="button" className="button" autoFocus onClick={() => setState('cancelled')}>
          {labels.cancel}
        </button>
        <button type="button" className="button danger" disabled={state === 'acting'} onClick={() => void confirm()}>
          {labels.act}
        </button>
      </div>
      {problem !== null && <Problem cause={problem} />}
    </>
  );
}
