/** Called when a signal aborts: a function, or an object that spares each of many thousands one. */
export type Listener = (() => void) | { handleEvent(): void };

/** What tells that something is over. Every AbortSignal is one. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: Listener, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: Listener): void;
  throwIfAborted(): void;
}

const none: readonly Listener[] = [];

/**
 * An AbortController and its signal in one, without what makes those an event target. A watcher that waits holds
 * several, and there may be many thousands: this takes a tenth of the memory.
 */
export class Stop implements Signal {
  #aborted = false;
  #reason: unknown;
  /** In the order they came. A set from when it aborts: of that one can be taken out while the others are told. */
  #listeners: readonly Listener[] | Set<Listener> = none;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  abort(reason: unknown = new DOMException('This is over.', 'AbortError')): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    const listeners = new Set(this.#listeners);
    this.#listeners = listeners;
    for (const listener of listeners) {
      listeners.delete(listener);
      try {
        if (typeof listener === 'function') listener();
        else listener.handleEvent();
      } catch (error) {
        queueMicrotask(() => {
          throw error; // as an AbortSignal does: the others hear of it all the same
        });
      }
    }
  }

  /** Calls the listener once, when it aborts. */
  addEventListener(_type: 'abort', listener: Listener): void {
    // An array that grew by itself, as one does that is spread, would keep room for sixteen more.
    if (!(this.#listeners instanceof Set)) this.#listeners = this.#listeners.concat(listener);
  }

  removeEventListener(_type: 'abort', listener: Listener): void {
    const listeners = this.#listeners;
    if (listeners instanceof Set) listeners.delete(listener);
    else if (listeners.includes(listener)) this.#listeners = listeners.filter((other) => other !== listener);
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }
}
