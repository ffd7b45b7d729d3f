/** Milliseconds after which a server that can't stop is stopped. */
export const stopWithinMs = 9_000;

/**
 * Milliseconds in which a second signal is taken for an echo of the first: Ctrl-C in a terminal reaches the whole
 * process group, and a launcher such as pnpm passes it on once more.
 */
const echoMs = 500;

/** Resolves with the first signal that asks this process to end. `onSecondSignal` is called at each later one. */
export function shutdownSignal(onSecondSignal: () => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let askedAt: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      askedAt ??= now;
      if (now - askedAt > echoMs) onSecondSignal();
      else resolve(signal);
    });
  }
  return promise;
}
