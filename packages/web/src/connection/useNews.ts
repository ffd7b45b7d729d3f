import type { ConnectionState } from '@earshot/client';
import { useConnectionState, useWaiting } from '@earshot/client/react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { isOffline } from './useOffline.ts';

/** What of the connection is worth telling. */
export type News = 'none' | 'connecting' | 'offline' | 'back';

/** Milliseconds: a connection that comes this fast, first or again, is nobody's concern. */
const patienceMs = 1_000;
/** Milliseconds to read that one is back. */
const backMs = 2_500;

/** The connection as people should hear of it: late enough to be true, and no longer than it helps. */
export function useNews(): News {
  const state = useConnectionState();
  const [news, setNews] = useState<News>('none');
  const waiting = useWaiting();
  const online = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  // A dead line is found out by its silence, which takes a while. The browser knows at once, but can't know whether the
  // server is on this very machine; messages that are not answered decide.
  const wanted = !online && waiting > 0 ? 'offline' : newsOf(state);

  useEffect(() => {
    if (wanted === 'none') {
      // Who has only waited for the first connection was not away.
      setNews((now) => (now === 'offline' || now === 'back' ? 'back' : 'none'));
      const timer = setTimeout(setNews, backMs, 'none');
      return () => clearTimeout(timer);
    }
    // What is told already follows at once.
    setNews((now) => (now === 'connecting' || now === 'offline' ? wanted : now));
    const timer = setTimeout(setNews, patienceMs, wanted);
    return () => clearTimeout(timer);
  }, [wanted]);
  return news;
}

function newsOf(state: ConnectionState): Exclude<News, 'back'> {
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
