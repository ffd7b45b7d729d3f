/** The parts of a browser's global scope that signal a wake-up. Other runtimes have none of them. */
export interface WakeUpScope {
  addEventListener?: ((type: 'online', listener: () => void) => void) | undefined;
  removeEventListener?: ((type: 'online', listener: () => void) => void) | undefined;
  document?: (EventTarget & { readonly visibilityState: string }) | undefined;
}

/**
 * Calls back when a retry should start at once, or the connection may be dead: the network is back, or the page
 * becomes visible after it was suspended. `asleepMs`: the milliseconds for which the page was hidden (Infinity
 * if the network was down). Does nothing outside browsers. Returns a function that unsubscribes.
 */
export function onWakeUp(callback: (asleepMs: number) => void, scope: WakeUpScope = globalThis): () => void {
  const { document } = scope;
  let hiddenMs = stopwatch();
  const online = () => callback(Number.POSITIVE_INFINITY);
  const visibilityChange = () => {
    if (document?.visibilityState === 'visible') callback(hiddenMs());
    else hiddenMs = stopwatch();
  };
  scope.addEventListener?.('online', online);
  document?.addEventListener('visibilitychange', visibilityChange);
  return () => {
    scope.removeEventListener?.('online', online);
    document?.removeEventListener('visibilitychange', visibilityChange);
  };
}

/**
 * Returns a function for the elapsed milliseconds, by the clock that shows more: the wall clock may be set back, and the monotonic
 * one stops in some browsers while the device sleeps.
 */
function stopwatch(): () => number {
  const [wall, monotonic] = [Date.now(), performance.now()];
  return () => Math.max(Date.now() - wall, performance.now() - monotonic);
}
