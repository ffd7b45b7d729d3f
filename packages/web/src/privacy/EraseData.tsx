import { useEarshot } from '@earshot/client/react';
import { useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import styles from './Privacy.module.css';

/** Erases everything about the user, after a question. The safe button gets the focus. */
export function EraseData({ onErased }: { onErased: () => void }) {
  const text = usePrivacyText();
  const { me } = useEarshot().trpc;
  const [state, setState] = useState<'idle' | 'asking' | 'sending' | 'accepted'>('idle');
  const [problem, setProblem] = useState<ProblemCause | null>(null);

  async function erase(): Promise<void> {
    setState('sending');
    setProblem(null);
    try {
      await me.erase.mutate({ confirm: 'erase everything about me' });
      setState('accepted');
    } catch (error) {
      setProblem(problemOf(error));
      setState('asking');
    }
  }

  if (state === 'accepted') {
    return (
      <>
        <p role="status">{text.erasing}</p>
        {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone */}
        <button type="button" className="button primary" autoFocus onClick={onErased}>
          {text.close}
        </button>
      </>
    );
  }
  if (state === 'idle') {
    return (
      <>
        <p className={styles.hint}>{text.eraseHint}</p>
        <button type="button" className="button danger" onClick={() => setState('asking')}>
          {text.erase}
        </button>
      </>
    );
  }
  return (
    <>
      <p role="alert">{text.eraseQuestion}</p>
      <div className={styles.buttons}>
        {/* biome-ignore lint/a11y/noAutofocus: the button that was pressed is gone */}
        <button type="button" className="button" autoFocus onClick={() => setState('idle')}>
          {text.keep}
        </button>
        <button type="button" className="button danger" disabled={state === 'sending'} onClick={() => void erase()}>
          {text.eraseAnyway}
        </button>
      </div>
      {problem !== null && <Problem cause={problem} />}
    </>
  );
}
