import type { ConnectionState } from '@earshot/client';
import { useConnectionState } from '@earshot/client/react';

/** Whether there is no connection, and was none at the last try: another try does not change that before it succeeds. */
export const isOffline = ({ status, attempt }: ConnectionState): boolean =>
  status === 'offline' || (status === 'connecting' && attempt > 0);

export const useOffline = (): boolean => isOffline(useConnectionState());
