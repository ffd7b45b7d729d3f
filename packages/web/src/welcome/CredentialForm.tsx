import {
  type FormEvent,
  type InputHTMLAttributes,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { lazyComponent } from '../lib/lazyComponent.ts';
import type { Identity } from '../lib/session.ts';
import { useText } from '../text/useText.ts';
import type { Work } from './identify.ts';
import styles from './step.module.css';

const WorkProgress = lazyComponent(() => import('./WorkProgress.tsx').then((module) => module.WorkProgress));

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
  identify: (text: string, work: Work) => Promise<Identity>;
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
  const { problem, busy, part, cancel, submit } = useSubmit(props, value.trim());
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
      {part !== null && (
        <Suspense>
          <WorkProgress part={part} onCancel={cancel} />
        </Suspense>
      )}
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
  /** How much of a proof of work is done; null for none. */
  const [part, setPart] = useState<number | null>(null);
  const working = useRef(new AbortController());
  const [problem, setProblem] = useState<ProblemCause | null>(null);

  async function submit(event?: FormEvent): Promise<void> {
    event?.preventDefault();
    if (busy) return;
    const invalid = check(submitted);
    setProblem(invalid);
    if (invalid !== null) return;
    const controller = new AbortController();
    const { signal } = controller;
    working.current = controller;
    setBusy(true);
    try {
      onDone(await identify(submitted, { signal, onProgress: setPart }));
    } catch (error) {
      if (!signal.aborted) setProblem(explain(problemOf(error)));
    } finally {
      setBusy(false);
      setPart(null);
    }
  }
  const cancel = () => working.current.abort();
  useEffect(() => () => working.current.abort(), []);

  const latest = useRef(submit);
  useEffect(() => {
    if (eager) void latest.current();
  }, [eager]);

  return { busy, problem, part, cancel, submit: (event?: FormEvent) => void submit(event) };
}
