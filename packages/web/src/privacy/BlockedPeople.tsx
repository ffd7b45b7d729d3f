import type { BlockedUser } from '@earshot/client';
import { useBlocks } from '@earshot/client/react';
import { useRef, useState } from 'react';
import { Problem } from '../errors/Problem.tsx';
import { type ProblemCause, problemOf } from '../errors/recovery.ts';
import { isolate } from '../lib/isolate.ts';
import { useGuestLabel } from '../text/useGuestLabel.ts';
import { usePrivacyText } from '../text/usePrivacyText.ts';
import styles from './Privacy.module.css';

/** The users that the user blocked, by the names they had then, and a way to unblock them. */
export function BlockedPeople() {
  const text = usePrivacyText();
  const guestLabel = useGuestLabel();
  const { blocked, status, error, unblock } = useBlocks();
  const [changing, setChanging] = useState<string | null>(null);
  const [done, setDone] = useState('');
  const [problem, setProblem] = useState<ProblemCause | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const shownProblem = problem ?? error;
  const nameOf = ({ username }: BlockedUser) => (username === null ? text.unknownName : isolate(username));

  async function remove(user: BlockedUser): Promise<void> {
    setChanging(user.userId);
    try {
      await unblock(user.userId);
      setProblem(null);
      setDone(text.unblocked(nameOf(user)));
      heading.current?.focus(); // the button that had the focus disappears
    } catch (failure) {
      setProblem(problemOf(failure));
    } finally {
      setChanging(null);
    }
  }

  return (
    <section className={styles.part}>
      <h3 ref={heading} tabIndex={-1}>
        {text.blockedTitle}
      </h3>
      {status === 'loading' && <p className={styles.hint}>{text.loading}</p>}
      {status === 'ready' && blocked.length === 0 && <p className={styles.hint}>{text.noneBlocked}</p>}
      {blocked.length > 0 && (
        <ul className={styles.people} aria-label={text.blockedTitle}>
          {blocked.map((user) => (
            <li key={user.userId} className={styles.person}>
              <span>
                <bdi>{nameOf(user)}</bdi>
                <span className={styles.hint}>{guestLabel(user.userId)}</span>
              </span>
              <button
                type="button"
                className="button"
                aria-label={text.unblockName(nameOf(user))}
                disabled={changing !== null}
                onClick={() => void remove(user)}
              >
                {text.unblock}
              </button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className={styles.hint}>
        {done}
      </p>
      {shownProblem !== null && <Problem cause={shownProblem} />}
    </section>
  );
}
