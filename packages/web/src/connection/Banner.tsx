import { useConnectionState, useEarshot, useWaiting } from '@earshot/client/react';
import { Problem } from '../errors/Problem.tsx';
import { recoveryFor } from '../errors/recovery.ts';
import { useSecondsUntil } from '../errors/useSecondsUntil.ts';
import type { Text } from '../text/en.ts';
import { useText } from '../text/useText.ts';
import styles from './Banner.module.css';
import { type ConnectionNotice, useConnectionNotice } from './useConnectionNotice.ts';

/** Reports a lost connection, the messages that wait for it, and the recovery. Renders nothing while connected. */
export function Banner() {
  const text = useText();
  const notice = useConnectionNotice();
  const waiting = useWaiting();
  const { error } = useConnectionState();
  if (error !== null && recoveryFor(error) === 'renew') {
    return (
      <header className={styles.problem}>
        <Problem cause={error} />
      </header>
    );
  }
  const message = describeNotice(notice, waiting, text);
  return (
    <>
      <p role="status" className="visually-hidden">
        {message}
      </p>
      {notice !== 'none' && (
        <header className={styles.banner} data-notice={notice}>
          <p aria-hidden="true" className={styles.message}>
            <span className={styles.dot} />
            <span>{message}</span>
            {notice === 'offline' && <span className={styles.hint}>{text.connection.offlineHint}</span>}
          </p>
          {notice === 'offline' && <NextTry />}
        </header>
      )}
    </>
  );
}

function describeNotice(notice: ConnectionNotice, waiting: number, { connection }: Text): string {
  if (notice === 'none') return '';
  return notice === 'offline' ? connection.offline(waiting) : connection[notice];
}

function NextTry() {
  const text = useText();
  const { retryNow } = useEarshot().connection;
  const { retryAt } = useConnectionState();
  const seconds = useSecondsUntil(retryAt);
  return (
    <div className={styles.next}>
      <span className={styles.hint}>{seconds > 0 ? text.connection.nextTry(seconds) : text.connection.trying}</span>
      <button type="button" className="button" onClick={retryNow}>
        {text.connection.tryNow}
      </button>
    </div>
  );
}
