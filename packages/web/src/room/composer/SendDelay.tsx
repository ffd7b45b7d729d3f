import type { EarshotClientError, PendingMessage } from '@earshot/client';
import { useEffect, useState } from 'react';
import { useSecondsToRetry } from '../../errors/useSecondsToRetry.ts';
import { useText } from '../../text/useText.ts';
import styles from './SendDelay.module.css';

/** Explains why messages are delayed although there is a connection. Renders nothing without a delay. */
export function SendDelay({ pending }: { pending: readonly PendingMessage[] }) {
  const { room } = useText();
  const count = pending.filter(({ status }) => status === 'pending').length;
  const delay = useLastDelay(pending);
  const seconds = useSecondsToRetry(delay);
  const isRateLimited = delay?.code === 'RATE_LIMITED';
  const explanation = delay === null || count === 0 ? '' : isRateLimited ? room.rateLimited : room.serverBusy;
  return (
    <>
      <p role="status" className="visually-hidden">
        {explanation}
      </p>
      {explanation !== '' && (
        <p aria-hidden="true" className={styles.delay}>
          {explanation} {isRateLimited && room.waiting(count, seconds)}
        </p>
      )}
    </>
  );
}

/** Milliseconds that a delay stays shown, because the next message is delayed shortly after the previous one was sent. */
const shownAfterMs = 1_000;

/** The current delay, or for a moment the previous one. */
function useLastDelay(pending: readonly PendingMessage[]): EarshotClientError | null {
  const now = pending.find(({ delay }) => delay !== null)?.delay ?? null;
  const [last, setLast] = useState(now);
  useEffect(() => {
    const timer = setTimeout(setLast, now === null ? shownAfterMs : 0, now);
    return () => clearTimeout(timer);
  }, [now]);
  return now ?? last;
}
