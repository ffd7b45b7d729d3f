import type { ConnectionState } from '@earshot/client';
import { useConnectionState, useWaiting } from '@earshot/client/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { isOffline } from './useOffline.ts';

/** The states of the connection that are shown. */
export type ConnectionNotice = 'none' | 'connecting' | 'offline' | 'back';

/** Milliseconds before a missing connection is shown. Shorter gaps are not reported. */
const delayMs = 1_000;
/** Milliseconds that the recovery is shown. */
const recoveryShownMs = 2_500;

/** The state of the connection to show. It appears after a delay, so that short gaps go unnoticed, and disappears soon after recovery. */
export function useConnectionNotice(): ConnectionNotice {
  const state = useConnectionState();
  const [notice, setNotice] = useState<ConnectionNotice>('none');
  const waiting = useWaiting();
  const online = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  // A dead connection takes a while to be detected by its silence. The browser knows at once that it is offline, but
  // the server may run on this machine, so offline counts only while messages wait for an answer.
  const target = !online && waiting > 0 ? 'offline' : noticeOf(state);

  useEffect(() => {
    if (target === 'none') {
      // The first connection is not a recovery.
      setNotice((current) => (current === 'offline' || current === 'back' ? 'back' : 'none'));
      const timer = setTimeout(setNotice, recoveryShownMs, 'none');
      return () => clearTimeout(timer);
    }
    // A notice that is shown already changes at once.
    setNotice((current) => (current === 'connecting' || current === 'offline' ? target : current));
    const timer = setTimeout(setNotice, delayMs, target);
    return () => clearTimeout(timer);
  }, [target]);
  return notice;
}

function noticeOf(state: ConnectionState): Exclude<ConnectionNotice, 'back'> {
  if (state.status === 'open' || state.status === 'closed') return 'none';
  return isOffline(state) ? 'offline' : 'connecting';
}

function subscribeToNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
