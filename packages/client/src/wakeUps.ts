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
  let asleepFor = stopwatch();
  const online = () => callback(Number.POSITIVE_INFINITY);
  const visibilityChange = () => {
    if (document?.visibilityState === 'visible') callback(asleepFor());
    else asleepFor = stopwatch();
  };
  scope.addEventListener?.('online', online);
  document?.addEventListener('visibilitychange', visibilityChange);
  return () => {
    scope.removeEventListener?.('online', online);
    document?.removeEventListener('visibilitychange', visibilityChange);
  };
}

/**
 * Gives how many milliseconds have passed, by the clock that shows more: the wall clock may be set back, and the other
 * one stands still in some browsers while the device sleeps.
 */
function stopwatch(): () => number {
  const [wall, monotonic] = [Date.now(), performance.now()];
  return () => Math.max(Date.now() - wall, performance.now() - monotonic);
}
