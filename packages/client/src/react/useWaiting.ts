import { useSyncExternalStore } from 'react';
import { useClient } from './EarshotProvider.ts';

const zero = () => 0;
const subscribeToNothing = () => () => {};

/** Returns the number of unsent or unacknowledged messages of all rooms. */
export function useWaiting(): number {
  const waiting = useClient()?.waiting;
  return useSyncExternalStore(waiting?.subscribe ?? subscribeToNothing, waiting?.get ?? zero, zero);
}
