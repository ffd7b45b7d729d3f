import type { ConnectionState } from '@earshot/client';
import { useConnectionState, useWaiting } from '@earshot/client/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { isOffline } from './useOffline.ts';

/** What of the connection is worth telling. */
export type ConnectionNotice = 'none' | 'connecting' | 'offline' | 'back';

/** Milliseconds: a connection that comes this fast, first or again, is nobody's concern. */
const delayMs = 1_000;
/** Milliseconds to read that one is back. */
const backMs = 2_500;

/** The connection as people should hear of it: late enough to be true, and no longer than it helps. */
export function useConnectionNotice(): ConnectionNotice {
  const state = useConnectionState();
  const [notice, setNews] = useState<ConnectionNotice>('none');
  const waiting = useWaiting();
  const online = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  // A dead line is found out by its silence, which takes a while. The browser knows at once, but can't know whether the
  // server is on this very machine; messages that are not answered decide.
  const target = !online && waiting > 0 ? 'offline' : noticeOf(state);

  useEffect(() => {
    if (target === 'none') {
      // Who has only waited for the first connection was not away.
      setNews((now) => (now === 'offline' || now === 'back' ? 'back' : 'none'));
      const timer = setTimeout(setNews, backMs, 'none');
      return () => clearTimeout(timer);
    }
    // What is told already follows at once.
    setNews((now) => (now === 'connecting' || now === 'offline' ? target : now));
    const timer = setTimeout(setNews, delayMs, target);
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
