import { asEarshotError, type EarshotClientError, type RouterOutputs } from '@earshot/client';
import { useEarshot } from '@earshot/client/react';
import { useMemo, useRef, useState } from 'react';
import { Problem } from '../../errors/Problem.tsx';
import type { Scope } from '../../sanctions/scope.ts';
import type { SanctionsText } from '../../text/en/sanctions.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import { useLanguage } from '../../text/useText.ts';
import { useLoaded } from '../useLoaded.ts';
import styles from './Sanctions.module.css';

type Sanction = RouterOutputs['moderation']['sanctions'][number];

/** The sanctions in force in a scope, and lifting them. */
export function Sanctions({ scope }: { scope: Scope }) {
  const { loading, refresh } = useModerateText();
  const text = useSanctionsText();
  const client = useEarshot();
  const sanctions = useLoaded(
    useMemo(() => (client === null ? null : () => client.trpc.moderation.sanctions.query({ scope })), [client, scope]),
  );
  const [problem, setProblem] = useState<EarshotClientError | null>(null);
  const [done, setDone] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const shownProblem = problem ?? sanctions.problem;

  async function lift({ id }: Sanction, label: string): Promise<void> {
    try {
      await client?.trpc.moderation.lift.mutate({ sanctionId: id });
      setProblem(null);
      setDone(text.lifted(label));
      heading.current?.focus(); // the button that had the focus disappears
      sanctions.reload();
    } catch (error) {
      setProblem(asEarshotError(error));
    }
  }

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
          <SanctionItem key={one.id} sanction={one} onLift={(label) => void lift(one, label)} />
        ))}
      </ul>
    </section>
  );
}

const dayMs = 24 * 60 * 60 * 1_000;

const describeInterval = (text: SanctionsText, kind: Sanction['kind'], intervalMs: number): string =>
  kind === 'retention' ? text.retention(intervalMs / dayMs) : text.interval(intervalMs / 1_000);

function SanctionItem({ sanction, onLift }: { sanction: Sanction; onLift: (label: string) => void }) {
  const text = useSanctionsText();
  const [language] = useLanguage();
  const { kind, subject, userId, username, reason, moderator, createdAt, endsAt, intervalMs } = sanction;
  const timeOf = (time: Date) => time.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short' });
  const name = username ?? userId ?? text.subjects[subject];
  const label = `${text.kinds[kind]}: ${name}`;
  return (
    <li className={styles.entry}>
      <div>
        <p>
          {text.kinds[kind]}: <bdi>{name}</bdi>
          {intervalMs !== null && ` (${describeInterval(text, kind, intervalMs)})`}
        </p>
        {reason !== null && <p className={styles.text}>{text.reason(reason)}</p>}
        <p className={styles.meta}>
          {userId !== null && <span>{userId}</span>}
          <span>{text.by(moderator.username, timeOf(createdAt))}</span>
          <span>{endsAt === null ? text.durations.open : text.until(timeOf(endsAt))}</span>
        </p>
      </div>
      <button
        type="button"
        className="button"
        aria-label={`${text.lift}: ${text.kinds[kind]}, ${name}`}
        onClick={() => onLift(label)}
      >
        {text.lift}
      </button>
    </li>
  );
}
