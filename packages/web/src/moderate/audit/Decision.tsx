import { labelOf } from '../../lib/labelOf.ts';
import { useAuditText } from '../../text/useAuditText.ts';
import { useModerateText } from '../../text/useModerateText.ts';
import { useSanctionsText } from '../../text/useSanctionsText.ts';
import { useLanguage } from '../../text/useText.ts';
import styles from './Audit.module.css';
import { describeDetail } from './describeDetail.ts';
import type { AuditEntry } from './useAudit.ts';

/** One decision: what, by whom, about whom, where and why. */
export function Decision({ entry, showsRoom }: { entry: AuditEntry; showsRoom: boolean }) {
  const text = useAuditText();
  const [language] = useLanguage();
  const { at, action, actor, subjectUserId, roomId, scope, reason, detail } = entry;
  const moderate = useModerateText();
  const sanctions = useSanctionsText();
  const scopeLabel = scope === 'server' ? text.onServer : text.inArea(scope.replace(/^area /, ''));
  return (
    <>
      <p>
        <strong>{labelOf(text.actions, action)}</strong>
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
        {showsRoom && <span>{roomId === null ? scopeLabel : text.inRoom(roomId)}</span>}
        {detail !== null && <span>{describeDetail(detail, { audit: text, moderate, sanctions, language })}</span>}
      </p>
    </>
  );
}
