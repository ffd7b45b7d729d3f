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
    for (const look of [...this.#waiters]) look();
  }

  /** Called when the driver can't read the server's frames. Rejects current and later waits for events not observed yet. */
  fail(error: Error): void {
    this.#failure ??= error;
    for (const look of [...this.#waiters]) look();
  }

  until(what: string, fits: (observed: ObservedEvent) => boolean): Promise<ObservedEvent> {
    return untilAborted(this.#signal, what, (resolve, reject) => {
      const look = () => {
        const found = this.events.find(fits);
        if (found === undefined && this.#failure === null) return;
        this.#waiters.delete(look);
        if (found !== undefined) resolve(found);
        else if (this.#failure !== null) reject(this.#failure);
      };
      this.#waiters.add(look);
      look();
    });
  }
}

/** A promise that `start` settles. Rejects when the signal aborts first. */
export function untilAborted<T>(
  signal: AbortSignal,
  what: string,
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const giveUp = () => reject(new Error(`${what} did not come in time`));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  start(resolve, reject);
  return promise.finally(() => signal.removeEventListener('abort', giveUp));
}
