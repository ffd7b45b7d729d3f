import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '../index.ts';
import { useClient } from './EarshotProvider.ts';

const connecting: ConnectionState = { status: 'connecting', attempt: 0, error: null, retryAt: null };
const getConnecting = () => connecting;
const subscribeToNothing = () => () => {};

/** The state of the line to the server: `connecting`, `open`, `offline` until `retryAt`, or `closed` for good. */
export function useConnectionState(): ConnectionState {
  const connection = useClient()?.connection;
  return useSyncExternalStore(
    connection?.subscribe ?? subscribeToNothing,
    connection?.get ?? getConnecting,
    getConnecting,
  );
}
