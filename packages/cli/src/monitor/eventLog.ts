import type { ObservedEvent } from './participant.ts';

/** Stores the observed events, and lets callers wait for one until the signal aborts. */
export class EventLog {
  readonly events: ObservedEvent[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #signal: AbortSignal;
  #failure: Error | null = null;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  push(observed: ObservedEvent): void {
    this.events.push(observed);
    for (const check of [...this.#waiters]) check();
  }

  /** Called when the driver can't read the server's frames. Rejects current and later waits for events not observed yet. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const check of [...this.#waiters]) check();
  }

  until(description: string, matches: (observed: ObservedEvent) => boolean): Promise<ObservedEvent> {
    return untilAborted(this.#signal, description, (resolve, reject) => {
      const check = () => {
        const found = this.events.find(matches);
        if (found === undefined && this.#failure === null) return;
        this.#waiters.delete(check);
        if (found !== undefined) resolve(found);
        else if (this.#failure !== null) reject(this.#failure);
      };
      this.#waiters.add(check);
      check();
    });
  }
}

/** A promise that `start` settles. Rejects when the signal aborts first. */
export function untilAborted<T>(
  signal: AbortSignal,
  description: string,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const fail = () => reject(new Error(`timed out waiting for ${description}`));
  if (signal.aborted) fail();
  signal.addEventListener('abort', fail, { once: true });
  start(resolve, reject);
  return promise.finally(() => signal.removeEventListener('abort', fail));
}
