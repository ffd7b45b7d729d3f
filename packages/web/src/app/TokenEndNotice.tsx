import { useConnectionState, useEarshot } from '@earshot/client/react';
import { useEffect, useState } from 'react';
import { endTime } from '../errors/endTime.ts';
import { useRenewal } from '../errors/renewal.ts';
import { useTokenText } from '../text/useTokenText.ts';
import styles from './TokenEndNotice.module.css';

/** The notice is shown in this last part of the time that is left, or in the last minutes of a long time. */
const lastPart = 0.25;
const lastMs = 5 * 60_000;
/** Timers have a maximum. A page that is open longer connects again. */
const longestMs = 24 * 86_400_000;

/** Says ahead of its end that the user's token ends, and asks for another one. */
export function TokenEndNotice({ token }: { token: string }) {
  const text = useTokenText();
  const renew = useRenewal();
  const end = useNearEnd(token);
  if (end === null || renew === null) return null;
  return (
    <div role="status" className={styles.notice}>
      <p>{text.ends(endTime(end))}</p>
      <button type="button" className="button" onClick={renew}>
        {text.enter}
      </button>
    </div>
  );
}

/** When the identity of the connection ends, once that is near; null before, and if it has no end. */
function useNearEnd(token: string): Date | null {
  const { trpc } = useEarshot();
  const isOpen = useConnectionState().status === 'open';
  const [end, setEnd] = useState<Date | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another token has another end
  useEffect(() => {
    if (!isOpen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const request = new AbortController();
    setEnd(null);
    const show = ({ expiresInMs }: { expiresInMs: number | null }) => {
      if (expiresInMs === null || request.signal.aborted) return;
      const ends = performance.timeOrigin + performance.now() + expiresInMs;
      const waitMs = expiresInMs - Math.min(expiresInMs * lastPart, lastMs);
      if (waitMs < longestMs) timer = setTimeout(setEnd, waitMs, new Date(ends));
    };
    trpc.auth.session.query(undefined, { signal: request.signal }).then(show, () => {});
    return () => {
      request.abort();
      clearTimeout(timer);
    };
  }, [trpc, isOpen, token]);
  return end;
}
