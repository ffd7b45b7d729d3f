import { type FormEvent, type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import type { Identity } from '../lib/session.ts';
import { useText } from '../text/useText.ts';
import styles from './step.module.css';

interface CredentialFormProps {
  label: string;
  hint: string;
  submitLabel: string;
  /** The initial text of the field. */
  initial: string;
  input: InputHTMLAttributes<HTMLInputElement>;
  /** Checks the trimmed text locally; null if it is valid. */
  check: (text: string) => ProblemCause | null;
  /** Creates an identity from the text. */
  identify: (text: string) => Promise<Identity>;
  /** Replaces an error that has a more specific meaning for this text. */
  explain?: (problem: ProblemCause) => ProblemCause;
  onDone: (identity: Identity) => void;
  /** Submits the initial text without waiting for the user. */
  eager?: boolean;
  /** Further controls beside the button. */
  children?: ReactNode;
}

/** A form of one field that identifies the user to the server. */
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
          // biome-ignore lint/a11y/noAutofocus: the field is the only thing on the screen
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

const unchanged = (problem: ProblemCause) => problem;

function useSubmit(
  { check, identify, explain = unchanged, onDone, eager = false }: CredentialFormProps,
  submitted: string,
) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemCause | null>(null);

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    if (busy) return;
    const invalid = check(submitted);
    setProblem(invalid);
    if (invalid !== null) return;
    setBusy(true);
    try {
      onDone(await identify(submitted));
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
