/** Delays that can all be ended early at once. */
export class InterruptibleDelays {
  readonly #waiting = new Set<() => void>();

  /** Resolves after `ms` milliseconds, or at the next `endAll`. Rejects with the reason of `signal` when it aborts. */
  delay(ms: number, signal: AbortSignal): Promise<void> {
    return wait(ms, { signal, waiting: this.#waiting });
  }

  endAll(): void {
    for (const end of [...this.#waiting]) end();
  }
}

/** Resolves after `ms` milliseconds. Rejects with the reason of `signal` when it aborts. */
export const delay = (ms: number, signal: AbortSignal): Promise<void> => wait(ms, { signal, waiting: new Set() });

/** Settles like the promise, but rejects with the reason of `signal` as soon as it aborts. */
export function rejectOnAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function wait(ms: number, { signal, waiting }: { signal: AbortSignal; waiting: Set<() => void> }): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const settle = (finish: () => void) => () => {
      clearTimeout(timer);
      waiting.delete(end);
      signal.removeEventListener('abort', abort);
      finish();
    };
    const end = settle(resolve);
    const abort = settle(() => reject(signal.reason));
    const timer = setTimeout(end, ms);
    waiting.add(end);
    signal.addEventListener('abort', abort);
  });
}
