import type { ConnectionState } from '@earshot/client';
import { useConnectionState } from '@earshot/client/react';

/** Whether there is no connection and the last attempt failed. A new attempt changes this only when it succeeds. */
export const isOffline = ({ status, attempt }: ConnectionState): boolean =>
  status === 'offline' || (status === 'connecting' && attempt > 0);

export const useOffline = (): boolean => isOffline(useConnectionState());
