import type { AbortSignalLike } from './lightAbortController.ts';

/** Resolves as the promise does, or rejects with the signal's reason as soon as it aborts. Leaves no listener behind. */
export function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignalLike): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(
      (value) => {
        signal.removeEventListener('abort', abort);
        resolve(value);
      },
      (error) => {
        signal.removeEventListener('abort', abort);
        reject(error);
      },
    );
  });
}

/** Resolves after `ms`. Rejects with the signal's reason, and clears its timer, as soon as the signal aborts. */
export function delay(ms: number, signal: AbortSignalLike): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms).unref();
  return rejectOnAbort(promise, signal).finally(() => clearTimeout(timer));
}
