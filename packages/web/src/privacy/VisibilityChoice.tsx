import { useEarshot } from '@earshot/client/react';
import { useEffect, useRef, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import styles from './Privacy.module.css';
import { type Choice, choiceOf, choicesIn, choose, exceptionsBeside, type Visibility } from './visibility.ts';

interface VisibilityChoiceProps {
  /** The open room; null for none. */
  roomId: string | null;
  /** Whether the title is shown around it. */
  isTitled?: boolean;
}

/** Chooses where the user is listed by name among the people present. */
export function VisibilityChoice({ roomId, isTitled = false }: VisibilityChoiceProps) {
  const text = usePrivacyText();
  const { visibility, chosen, isSaved, problem, change } = useVisibility(roomId);
  const others = visibility === null ? 0 : exceptionsBeside(visibility, roomId);
  return (
    <fieldset className={styles.part} disabled={visibility === null}>
      <legend className={isTitled ? 'visually-hidden' : undefined}>{text.nameTitle}</legend>
      <p className={styles.hint}>{text.nameHint}</p>
      {choicesIn(roomId).map((choice) => (
        <label key={choice} className={styles.choice}>
          <input type="radio" name="visibility" checked={chosen === choice} onChange={() => change(choice)} />
          {text.choices[choice]}
        </label>
      ))}
      {others > 0 && <p className={styles.hint}>{text.exceptions(others)}</p>}
      <p role="status" className={styles.hint}>
        {isSaved && text.saved}
      </p>
      {problem !== null && <Problem cause={problem} />}
    </fieldset>
  );
}

function useVisibility(roomId: string | null) {
  const { me } = useEarshot().trpc;
  const [visibility, setVisibility] = useState<Visibility | null>(null);
  /** The choice that is being saved, which is shown at once. */
  const [unsaved, setUnsaved] = useState<Choice | null>(null);
  const [isSaved, setIsSaved] = useState(false);
  const [problem, setProblem] = useState<ProblemCause | null>(null);
  /** Choices are saved one after the other: the arrow keys pass through several. */
  const saving = useRef<Promise<Visibility | null>>(Promise.resolve(null));

  useEffect(() => {
    const request = new AbortController();
    const { signal } = request;
    me.visibility.query(undefined, { signal }).then(
      (read) => !signal.aborted && setVisibility(read),
      (error) => !signal.aborted && setProblem(problemOf(error)),
    );
    return () => request.abort();
  }, [me]);

  async function save(before: Visibility, choice: Choice): Promise<Visibility> {
    let current = before;
    try {
      current = await choose(me, before, { choice, roomId });
      setVisibility(current);
      setIsSaved(true);
    } catch (error) {
      setProblem(problemOf(error));
    }
    setUnsaved((shown) => (shown === choice ? null : shown));
    return current;
  }

  function change(choice: Choice): void {
    if (visibility === null) return;
    setUnsaved(choice);
    setIsSaved(false);
    setProblem(null);
    saving.current = saving.current.then((before) => save(before ?? visibility, choice));
  }

  const chosen = unsaved ?? (visibility && choiceOf(visibility, roomId));
  return { visibility, chosen, isSaved, problem, change };
}
