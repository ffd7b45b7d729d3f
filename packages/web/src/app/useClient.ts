import { createEarshotClient, type EarshotClient } from '@earshot/client';
import { useEffect, useRef, useState } from 'react';
import type { Identity } from '../lib/session.ts';
import { useSettings } from '../lib/settings.ts';
import { indexedDbOutbox } from '../outbox/indexedDbOutbox.ts';
import { TokenSource } from './tokenSource.ts';

/** A client for the user, which lives as long as the component; null until it is created. Another token of the user continues its connection. */
export function useClient(identity: Identity): EarshotClient | null {
  const settings = useSettings();
  const [client, setClient] = useState<EarshotClient | null>(null);
  const [attempt, setAttempt] = useState(0);
  const latest = useRef(identity);
  const tokens = useRef<TokenSource | null>(null);
  const hasToken = identity.token !== null;
  const { userId, username } = identity.user;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` creates another client
  useEffect(() => {
    const source = hasToken ? new TokenSource(latest.current, settings) : null;
    const credentials = source === null ? { username, userId } : { getToken: source.get, userId };
    const created = createEarshotClient({ url: location.origin, ...credentials, outboxStore: indexedDbOutbox() });
    created.connection.subscribe(({ error }) => source?.onError(error));
    tokens.current = source;
    setClient(created);
    return () => {
      setClient(null);
      void created.close();
    };
  }, [hasToken, userId, username, settings, attempt]);

  useEffect(() => {
    latest.current = identity;
    const { isUsable = true } = tokens.current ?? {};
    if (!tokens.current?.use(identity) || client === null) return;
    if (!isUsable) setAttempt((count) => count + 1);
    else if (client.connection.get().status !== 'open') client.connection.retryNow();
    // If it is refused, the connection ends with the former token, and the next one shows why.
    else if (identity.token !== null) client.trpc.auth.refresh.mutate({ token: identity.token }).catch(() => {});
  }, [identity, client]);
  return client;
}
