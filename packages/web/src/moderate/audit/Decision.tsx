import { useAuditText } from '../../text/useAuditText.ts';
import { useLanguage } from '../../text/useText.ts';
import styles from './Audit.module.css';
import type { AuditEntry } from './useAudit.ts';

/** One decision: what, by whom, about whom, where and why. */
export function Decision({ entry, showsRoom }: { entry: AuditEntry; showsRoom: boolean }) {
  const text = useAuditText();
  const [language] = useLanguage();
  const { at, action, actor, subjectUserId, roomId, scope, reason, detail } = entry;
  const label = Object.entries(text.actions).find(([known]) => known === action)?.[1] ?? action;
  return (
    <>
      <p>
        <strong>{label}</strong>
        {subjectUserId !== null && (
          <>
            : <bdi>{subjectUserId}</bdi>
          </>
        )}
      </p>
      {reason !== null && <p className={styles.text}>{text.reason(reason)}</p>}
      <p className={styles.meta}>
        <time dateTime={at.toISOString()}>
          {at.toLocaleString(language, { dateStyle: 'medium', timeStyle: 'medium' })}
        </time>
        <span>{text.by(actor.userId === '' ? text.operator : actor.username)}</span>
        {actor.userId !== '' && <span>{actor.userId}</span>}
        {showsRoom && (
          <span>{roomId === null ? (scope === 'server' ? text.onServer : scope) : text.inRoom(roomId)}</span>
        )}
        {detail !== null && <span>{detail}</span>}
      </p>
    </>
  );
}
