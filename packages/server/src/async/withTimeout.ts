/**
 * Settles as the work does, or rejects with `timeoutError()` after `ms` milliseconds. The work is not interrupted; its later result is
 * ignored.
 */
export function withTimeout<T>(work: Promise<T>, ms: number, timeoutError: () => unknown): Promise<T> {
  // By hand: `Promise.race` and `finally` create several promises per call, and every send of a burst passes through here.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timeoutError()), ms);
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
