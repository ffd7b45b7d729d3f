import type { SanctionsText } from '../../text/en/sanctions.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import { useTime } from '../useTime.ts';
import styles from './Sanctions.module.css';
import type { Sanction } from './useLift.ts';

interface SanctionItemProps {
  sanction: Sanction;
  /** Where it holds; null: the scope that the page shows. */
  place: string | null;
  /** Receives what the sanction is called. */
  onLift: (label: string) => void;
}

const dayMs = 24 * 60 * 60 * 1_000;

const describeInterval = (text: SanctionsText, kind: Sanction['kind'], intervalMs: number): string =>
  kind === 'retention' ? text.retention(intervalMs / dayMs) : text.interval(intervalMs / 1_000);

/** A sanction, with the button that lifts it. */
export function SanctionItem({ sanction, place, onLift }: SanctionItemProps) {
  const text = useSanctionsText();
  const timeOf = useTime();
  const { kind, subject, userId, username, reason, moderator, createdAt, endsAt, intervalMs } = sanction;
  const name = username ?? userId ?? text.subjects[subject];
  const label = `${text.kinds[kind]}: ${name}`;
  return (
    <>
      <div>
        <p>
          {text.kinds[kind]}: <bdi>{name}</bdi>
          {intervalMs !== null && ` (${describeInterval(text, kind, intervalMs)})`}
        </p>
        {reason !== null && <p className={styles.text}>{text.reason(reason)}</p>}
        <p className={styles.meta}>
          {place !== null && <bdi>{place}</bdi>}
          {userId !== null && userId !== name && place === null && <span>{userId}</span>}
          <span>{text.by(moderator.username, timeOf(createdAt))}</span>
          <span>{endsAt === null ? text.durations.open : text.until(timeOf(endsAt))}</span>
        </p>
      </div>
      <button
        type="button"
        className="button"
        aria-label={`${text.lift}: ${text.kinds[kind]}, ${place ?? name}`}
        onClick={() => onLift(label)}
      >
        {text.lift}
      </button>
    </>
  );
}
