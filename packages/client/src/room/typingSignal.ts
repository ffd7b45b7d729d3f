import type { User } from '@earshot/shared';
import { unrefTimer } from '../lib/timers.ts';

/** While the user types, the signal is repeated after this many milliseconds. */
const repeatMs = 3_000;

/** Typing ends after this many milliseconds without a repeated signal, because the end may have been lost. */
const expiryMs = 8_000;

/** Throttles the signals of the user's own typing. */
export class TypingSender {
  readonly #send: (isTyping: boolean) => void;
  #sentAt: number | null = null;

  constructor(send: (isTyping: boolean) => void) {
    this.#send = send;
  }

  set(isTyping: boolean, now = performance.now()): void {
    if (isTyping ? this.#sentAt !== null && now - this.#sentAt < repeatMs : this.#sentAt === null) return;
    this.#sentAt = isTyping ? now : null;
    this.#send(isTyping);
  }

  /** Must be called when a message is sent: it ends typing for everybody who receives it. */
  reset(): void {
    this.#sentAt = null;
  }
}

/** Ends the typing of other users after a time without a signal. */
export class TypingExpiry {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #onExpired: (userId: string) => void;

  constructor(onExpired: (userId: string) => void) {
    this.#onExpired = onExpired;
  }

  onTyping({ userId }: User, isTyping: boolean): void {
    clearTimeout(this.#timers.get(userId));
    this.#timers.delete(userId);
    if (!isTyping) return;
    const timer = setTimeout(() => {
      this.#timers.delete(userId);
      this.#onExpired(userId);
    }, expiryMs);
    this.#timers.set(userId, unrefTimer(timer));
  }

  clear(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
