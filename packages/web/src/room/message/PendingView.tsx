import type { PendingMessage } from '@earshot/client';
import { useState } from 'react';
import { describeError, recoveryFor } from '../../errors/recovery.ts';
import { useText } from '../../text/useText.ts';
import { Icon } from '../Icon.tsx';
import { useMessageCommands } from '../roomContext.ts';
import { useTimeFormat } from '../useTimeFormat.ts';
import { Author } from './Author.tsx';
import { EditBox } from './EditBox.tsx';
import { MessageText } from './MessageText.tsx';
import styles from './MessageView.module.css';

interface PendingViewProps {
  pending: PendingMessage;
  userId: string;
  startsGroup: boolean;
  endsGroup: boolean;
  /** Whether the roving tabindex is at this message, so that its controls are tab stops. */
  active: boolean;
}

/** The user's own message that is pending or was rejected. */
export function PendingView({ pending, userId, startsGroup, endsGroup, active }: PendingViewProps) {
  const { room } = useText();
  const time = useTimeFormat();
  // A message rejected because of the identity is sent when the identity is renewed, which is offered elsewhere.
  const waitsForIdentity = pending.error !== null && recoveryFor(pending.error) === 'renew';
  const failed = pending.status === 'failed' && !waitsForIdentity;
  return (
    <article
      className={`${styles.message} ${styles.own} ${startsGroup ? styles.first : ''} ${endsGroup ? styles.last : ''}`}
      tabIndex={active ? 0 : -1}
      aria-label={room.ownMessage(time.clock(pending.sentAt))}
    >
      {startsGroup && <Author userId={userId} username={null} at={pending.sentAt} />}
      <div className={styles.content}>
        <div className={`${styles.bubble} ${styles.waiting}`}>
          <MessageText content={pending.content} tabbable={active} />
        </div>
        {!failed && (
          <span className={styles.clock} role="img" aria-label={room.sending} title={room.sending}>
            <Icon name="clock" size={16} />
          </span>
        )}
      </div>
      {failed && <Failed pending={pending} />}
    </article>
  );
}

/** Errors that another text may avoid. */
const textErrors: readonly unknown[] = ['MESSAGE_REFUSED', 'MESSAGE_TOO_LONG', 'REPEATED_MESSAGE'];

/** The reason why the message was not sent, and the possible actions. Always a tab stop, because it needs a decision. */
function Failed({ pending: { clientMessageId, content, error } }: { pending: PendingMessage }) {
  const text = useText();
  const { retry, drop, resend, messageMaxChars } = useMessageCommands();
  const [editing, setEditing] = useState(false);
  if (editing) {
    const save = async (next: string) => {
      resend(clientMessageId, next);
      return true;
    };
    return <EditBox content={content} maxChars={messageMaxChars} onSave={save} onCancel={() => setEditing(false)} />;
  }
  return (
    <div className={styles.failed} role="alert">
      <span>
        {text.room.notSent} {error && describeError(error, text)}
      </span>
      {textErrors.includes(error?.code) && (
        <button type="button" className="button" onClick={() => setEditing(true)}>
          {text.room.edit}
        </button>
      )}
      {error?.code !== 'MESSAGE_HELD' && (
        <button type="button" className="button" onClick={() => retry(clientMessageId)}>
          {text.room.retrySend}
        </button>
      )}
      <button type="button" className="button quiet" onClick={() => drop(clientMessageId)}>
        {text.room.dropSend}
      </button>
    </div>
  );
}
