import type { EarshotClientError, PendingMessage } from '@earshot/client';
import { useEffect, useState } from 'react';
import { useSecondsToRetry } from '../../errors/useSecondsToRetry.ts';
import { useText } from '../../text/useText.ts';
import styles from './SendDelay.module.css';

/** Why what one wrote does not go out yet, though there is a connection. Nothing while it does. */
export function SendDelay({ pending }: { pending: readonly PendingMessage[] }) {
  const { room } = useText();
  const count = pending.filter(({ status }) => status === 'pending').length;
  const delay = useLastDelay(pending);
  const seconds = useSecondsToRetry(delay);
  const tooMuch = delay?.code === 'RATE_LIMITED';
  const words = delay === null || count === 0 ? '' : tooMuch ? room.tooMuch : room.notTaken;
  return (
    <>
      <p role="status" className="visually-hidden">
        {words}
      </p>
      {words !== '' && (
        <p aria-hidden="true" className={styles.delay}>
          {words} {tooMuch && room.goesOut(count, seconds)}
        </p>
      )}
    </>
  );
}

/** Milliseconds: what comes next is refused a moment after what came before went out. */
const lingerMs = 1_000;

/** The delay of the message whose turn it is, or for a moment that of the one before. */
function useLastDelay(pending: readonly PendingMessage[]): EarshotClientError | null {
  const now = pending.find(({ delay }) => delay !== null)?.delay ?? null;
  const [last, setLast] = useState(now);
  useEffect(() => {
    const timer = setTimeout(setLast, now === null ? lingerMs : 0, now);
    return () => clearTimeout(timer);
  }, [now]);
  return now ?? last;
}
