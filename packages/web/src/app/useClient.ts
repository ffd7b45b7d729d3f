import { createEarshotClient, type EarshotClient } from '@earshot/client';
import { useEffect, useState } from 'react';
import type { Identity } from '../lib/session.ts';
import { indexedDbOutbox } from '../outbox/indexedDbOutbox.ts';

/** A client for the identity, which lives as long as the component; null until it is created. */
export function useClient(identity: Identity): EarshotClient | null {
  const [client, setClient] = useState<EarshotClient | null>(null);
  const { token } = identity;
  const { userId, username } = identity.user;
  useEffect(() => {
    const credentials = token === null ? { username, userId } : { token, userId };
    const created = createEarshotClient({ url: location.origin, ...credentials, outboxStore: indexedDbOutbox() });
    setClient(created);
    return () => {
      setClient(null);
      void created.close();
    };
  }, [token, userId, username]);
  return client;
}
