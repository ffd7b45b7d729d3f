import type { ReactNode } from 'react';
import { useText } from '../text/useText.ts';
import styles from './Problem.module.css';
import { describeError, type ProblemCause, recoveryFor } from './recovery.ts';
import { useRenewal } from './renewal.ts';
import { useSecondsToRetry } from './useSecondsToRetry.ts';

interface ProblemProps {
  cause: ProblemCause;
  /** Repeats what failed. Offered where that can help. */
  onRetry?: (() => void) | undefined;
  /** Leaves the broken screen, for example for the nearby rooms. */
  onBack?: (() => void) | undefined;
  /** Further buttons. */
  children?: ReactNode;
}

/** Describes a problem and offers a recovery. Announces it to screen readers at once. */
export function Problem({ cause, onRetry, onBack, children }: ProblemProps) {
  const text = useText();
  const renew = useRenewal();
  const secondsLeft = useSecondsToRetry(cause);
  const recovery = recoveryFor(cause);
  return (
    <div className={styles.problem}>
      {/* The whole sentence, without each second of a countdown. */}
      <p role="alert" aria-atomic="true" className="visually-hidden">
        {describeError(cause, text)}
      </p>
      <p aria-hidden="true" className={styles.message}>
        {describeError(cause, text, secondsLeft)}
      </p>
      <div className={styles.actions}>
        {recovery === 'retry' && onRetry && (
          <button type="button" className="button" disabled={secondsLeft > 0} onClick={onRetry}>
            {text.errors.retry}
          </button>
        )}
        {recovery === 'renew' && renew && (
          <button type="button" className="button primary" onClick={renew}>
            {text.errors.renew}
          </button>
        )}
        {recovery === 'reload' && (
          <button type="button" className="button" onClick={() => location.reload()}>
            {text.errors.reload}
          </button>
        )}
        {onBack && (
          <button type="button" className="button quiet" onClick={onBack}>
            {text.errors.back}
          </button>
        )}
        {children}
      </div>
    </div>
  );
}
