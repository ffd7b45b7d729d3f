import { setUnblockedTimeout } from './unblockedTimeout.ts';

/**
 * Settles as the work does, or rejects with `timeoutError()` after `ms` milliseconds in which the event loop was not blocked. The work is
 * not interrupted; its later result is ignored.
 */
export function withTimeout<T>(work: Promise<T>, ms: number, timeoutError: () => unknown): Promise<T> {
  // By hand: `Promise.race` and `finally` create several promises per call, and every send of a burst passes through here.
  return new Promise((resolve, reject) => {
    const cancel = setUnblockedTimeout(() => reject(timeoutError()), ms);
    work.then(
      (result) => {
        cancel();
        resolve(result);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
