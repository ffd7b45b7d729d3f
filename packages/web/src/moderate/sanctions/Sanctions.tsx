import { useEarshot } from '@earshot/client/react';
import { useMemo, useRef, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import { useLoaded } from '../useLoaded.ts';
import { SanctionItem } from './SanctionItem.tsx';
import styles from './Sanctions.module.css';
import { useLift } from './useLift.ts';

/** The sanctions in force in a scope, and lifting them. */
export function Sanctions({ scope }: { scope: Scope }) {
  const { loading, refresh } = useModerateText();
  const text = useSanctionsText();
  const client = useEarshot();
  const sanctions = useLoaded(
    useMemo(() => (client === null ? null : () => client.trpc.moderation.sanctions.query({ scope })), [client, scope]),
  );
  const [done, setDone] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const { lift, problem } = useLift((message) => {
    setDone(message);
    heading.current?.focus(); // the button that had the focus disappears
    sanctions.reload();
  });
  const shownProblem = problem ?? sanctions.problem;

  return (
    <section className={styles.sanctions}>
      <header className={styles.header}>
        <h2 ref={heading} tabIndex={-1}>
          {text.title}
        </h2>
        <button type="button" className="button" onClick={sanctions.reload}>
          {refresh}
        </button>
      </header>
      <p role="status" className={done === '' ? 'visually-hidden' : styles.done}>
        {done}
      </p>
      {shownProblem !== null && <Problem cause={shownProblem} onRetry={sanctions.reload} />}
      {sanctions.data === null && sanctions.isLoading && <p>{loading}</p>}
      {sanctions.data?.length === 0 && <p>{text.none}</p>}
      <ul className={styles.list} aria-label={text.title}>
        {sanctions.data?.map((one) => (
          <li key={one.id} className={styles.entry}>
            <SanctionItem sanction={one} place={null} onLift={(label) => void lift(one, label)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
