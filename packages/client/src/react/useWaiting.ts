import { useSyncExternalStore } from 'react';
import { useClient } from './EarshotProvider.ts';

const none = () => 0;
const subscribeToNothing = () => () => {};

/** How many messages, over all rooms, wait to be sent or are not acknowledged yet. */
export function useWaiting(): number {
  const waiting = useClient()?.waiting;
  return useSyncExternalStore(waiting?.subscribe ?? subscribeToNothing, waiting?.get ?? none, none);
}
