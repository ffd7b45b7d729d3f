import { type FormEvent, type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import type { Identity } from '../app/session.ts';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { useText } from '../text/useText.ts';
import styles from './step.module.css';

interface CredentialFormProps {
  label: string;
  hint: string;
  submitLabel: string;
  /** What stands in the field at first. */
  initial: string;
  input: InputHTMLAttributes<HTMLInputElement>;
  /** What is wrong with the trimmed text by itself; null: nothing. */
  check: (text: string) => ProblemCause | null;
  /** Makes an identity of what was given. */
  identify: (text: string) => Promise<Identity>;
  /** What to tell instead, where an error means something else of what was just given. */
  explain?: (problem: ProblemCause) => ProblemCause;
  onDone: (identity: Identity) => void;
  /** Takes what stands in the field at first without being asked. */
  eager?: boolean;
  /** Further ways on, beside the button. */
  children?: ReactNode;
}

/** One field that makes whoever fills it somebody on the server. */
export function CredentialForm(props: CredentialFormProps) {
  const text = useText();
  const [value, setValue] = useState(props.initial);
  const { problem, busy, submit } = useSubmit(props, value.trim());
  const hintId = useId();

  return (
    <form className={styles.step} onSubmit={submit} noValidate>
      <label className="field">
        {props.label}
        <input
          spellCheck={false}
          enterKeyHint="go"
          {...props.input}
          value={value}
          onChange={(event) => setValue(event.target.value)}
          aria-describedby={hintId}
          aria-invalid={typeof problem === 'string' && props.check(value.trim()) !== null}
          // biome-ignore lint/a11y/noAutofocus: it is the one thing to do here
          autoFocus
        />
      </label>
      <p id={hintId} className={styles.hint}>
        {props.hint}
      </p>
      {problem !== null && <Problem cause={problem} onRetry={submit} />}
      <div className={styles.actions}>
        <button type="submit" className="button primary" aria-disabled={busy}>
          {busy ? text.welcome.checking : props.submitLabel}
        </button>
        {props.children}
      </div>
    </form>
  );
}

const asItIs = (problem: ProblemCause) => problem;

function useSubmit({ check, identify, explain = asItIs, onDone, eager = false }: CredentialFormProps, given: string) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemCause | null>(null);

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    if (busy) return;
    const wrong = check(given);
    setProblem(wrong);
    if (wrong !== null) return;
    setBusy(true);
    try {
      onDone(await identify(given));
    } catch (error) {
      setProblem(explain(problemOf(error)));
    } finally {
      setBusy(false);
    }
  }

  const latest = useRef(submit);
  useEffect(() => {
    if (eager) void latest.current();
  }, [eager]);

  return { busy, problem, submit: (event?: FormEvent) => void submit(event) };
}
