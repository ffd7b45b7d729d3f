import { useId } from 'react';
import { labelOf } from '../../lib/labelOf.ts';
import type { Scope } from '../../sanctions/scope.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { useSafetyText } from '../../text/useSafetyText.ts';
import { useTime } from '../useTime.ts';
import { Decisions } from './Decisions.tsx';
import styles from './Queue.module.css';
import type { Report, Resolution } from './useQueue.ts';

interface ReportCardProps {
  report: Report;
  /** Where the caller is a moderator. */
  scope: Scope;
  onResolve: (resolution: Resolution) => Promise<void>;
}

/** A report or a held message: what was written, by whom, and the decisions. */
export function ReportCard({ report, scope, onResolve }: ReportCardProps) {
  const text = useModerateText();
  const { reasons } = useSafetyText();
  const timeOf = useTime();
  const headingId = useId();
  const { kind, subject, reporter, roomName, roomId, reason, note, createdAt, resolution } = report;
  const name = subject.username ?? subject.userId;
  const label = labelOf(reasons, reason);
  return (
    <article className={styles.card} aria-labelledby={headingId} tabIndex={-1}>
      <h3 id={headingId}>
        {kind === 'held' ? text.held : label}: <bdi>{name}</bdi>
      </h3>
      <p className={styles.meta}>
        <a href={`/#/room/${encodeURIComponent(roomId)}`}>{text.inRoom(roomName ?? roomId)}</a>
        <time dateTime={createdAt.toISOString()}>{timeOf(createdAt)}</time>
        {reporter !== null && <span>{text.reportedBy(reporter.username)}</span>}
        {name !== subject.userId && <span>{subject.userId}</span>}
      </p>
      {kind === 'held' && <p className={styles.meta}>{text.heldHint}</p>}
      <Messages report={report} />
      {note !== null && <p className={styles.text}>{text.note(note)}</p>}
      {resolution === null ? (
        <Decisions report={report} scope={scope} onResolve={onResolve} />
      ) : (
        <p>
          {labelOf(text.outcomes, resolution.outcome)}
          {'. '}
          {text.resolved(resolution.by.username, timeOf(resolution.at))}
          {resolution.note !== null && ` ${text.note(resolution.note)}`}
        </p>
      )}
    </article>
  );
}

/** The reported message between those before and after it, as they were, and what became of it. */
function Messages({ report: { message, context, messageNow } }: { report: Report }) {
  const text = useModerateText();
  const timeOf = useTime();
  if (message === null && context.length === 0) return null;
  const all = [...context, ...(message === null ? [] : [message])].sort(
    (a, b) => a.timestamp.getTime() - b.timestamp.getTime(),
  );
  return (
    <>
      <ul className={styles.context} aria-label={text.context}>
        {all.map((one, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and held messages have no id
          <li key={index} data-reported={one === message}>
            <bdi>{one.username}</bdi>, <time dateTime={one.timestamp.toISOString()}>{timeOf(one.timestamp)}</time>:{' '}
            <span className={styles.text}>{one.deleted ? text.deleted : one.content}</span>{' '}
            {one === message && <span className={styles.mark}>{text.reported}</span>}
          </li>
        ))}
      </ul>
      {messageNow?.state === 'deleted' && <p>{text.since.deleted}</p>}
      {messageNow?.state === 'expired' && <p>{text.since.expired}</p>}
      {messageNow?.state === 'edited' && (
        <p className={styles.text}>
          {text.since.edited} {messageNow.content}
        </p>
      )}
    </>
  );
}
