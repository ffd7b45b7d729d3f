import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '../index.ts';
import { useClient } from './EarshotProvider.ts';

const connecting: ConnectionState = { status: 'connecting', attempt: 0, error: null, retryAt: null };
const getConnecting = () => connecting;
const subscribeToNothing = () => () => {};

/** Returns the state of the connection to the server: `connecting`, `open`, `offline` until `retryAt`, or `closed`, which is final. */
export function useConnectionState(): ConnectionState {
  const connection = useClient()?.connection;
  return useSyncExternalStore(
    connection?.subscribe ?? subscribeToNothing,
    connection?.get ?? getConnecting,
    getConnecting,
  );
}
