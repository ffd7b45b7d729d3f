/** Milliseconds after which a server that doesn't stop is killed. */
export const stopWithinMs = 9_000;

/**
 * Milliseconds in which a second signal counts as a repetition of the first: Ctrl-C in a terminal reaches the whole
 * process group, and a launcher such as pnpm forwards it again.
 */
const repetitionMs = 500;

/** Resolves with the first signal that asks this process to end. Calls `onSecondSignal` for each later one. */
export function shutdownSignal(onSecondSignal: () => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let firstSignalAt: number | undefined;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      const now = performance.now();
      firstSignalAt ??= now;
      if (now - firstSignalAt > repetitionMs) onSecondSignal();
      else resolve(signal);
    });
  }
  return promise;
}
