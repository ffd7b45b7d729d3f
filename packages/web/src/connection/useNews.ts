import type { ConnectionState } from '@earshot/client';
import { useConnectionState, useWaiting } from '@earshot/client/react';
import { useEffect, useState, useSyncExternalStore } from 'react';

/** What of the connection is worth telling. */
export type News = 'none' | 'connecting' | 'offline' | 'back';

/** Milliseconds: a connection that comes this fast, first or again, is nobody's concern. */
const patienceMs = 1_000;
/** Milliseconds to read that one is back. */
const backMs = 2_500;

/** The connection as people should hear of it: late enough to be true, and no longer than it helps. */
export function useNews(): News {
  const { status, attempt } = useConnectionState();
  const [news, setNews] = useState<News>('none');
  const waiting = useWaiting();
  const online = useSyncExternalStore(subscribeToNetwork, () => navigator.onLine);
  // A dead line is found out by its silence, which takes a while. The browser knows at once, but can't know whether the
  // server is on this very machine; messages that are not answered decide.
  const wanted = !online && waiting > 0 ? 'offline' : newsOf(status, attempt);

  useEffect(() => {
    if (wanted === 'none') {
      setNews((now) => (now === 'none' ? 'none' : 'back'));
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

/** A try after others have failed is still being offline. */
function newsOf(status: ConnectionState['status'], attempt: number): Exclude<News, 'back'> {
  if (status === 'open' || status === 'closed') return 'none';
  return status === 'connecting' && attempt === 0 ? 'connecting' : 'offline';
}

function subscribeToNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
