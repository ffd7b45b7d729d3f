/** The parts of a browser's global scope that tell of waking up. Other runtimes have none of them. */
export interface WakeUpScope {
  addEventListener?: ((type: 'online', listener: () => void) => void) | undefined;
  removeEventListener?: ((type: 'online', listener: () => void) => void) | undefined;
  document?: (EventTarget & { readonly visibilityState: string }) | undefined;
}

/**
 * Calls back when waiting makes no sense any more, or the line may have died unnoticed: the network is back, or the page
 * becomes visible after a phone let it sleep. Tells for how long, in milliseconds, the page was out of sight (infinitely
 * when the network was away). Does nothing outside browsers. Returns the function that ends this.
 */
export function onWakeUp(callback: (asleepMs: number) => void, scope: WakeUpScope = globalThis): () => void {
  const { document } = scope;
  let hiddenAt = Date.now();
  const online = () => callback(Number.POSITIVE_INFINITY);
  const visibilityChange = () => {
    if (document?.visibilityState === 'visible') callback(Date.now() - hiddenAt);
    else hiddenAt = Date.now();
  };
  scope.addEventListener?.('online', online);
  document?.addEventListener('visibilitychange', visibilityChange);
  return () => {
    scope.removeEventListener?.('online', online);
    document?.removeEventListener('visibilitychange', visibilityChange);
  };
}
