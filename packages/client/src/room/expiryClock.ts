import type { Message } from '@earshot/shared';
import { unrefTimer } from '../lib/timers.ts';

/** The longest wait of a timer, in milliseconds: longer ones would overflow. */
const timerMaxMs = 24 * 60 * 60 * 1_000;

/** The server's time, as far as this device knows it, and a timer for the next message that expires. */
export class ExpiryClock {
  readonly #onDue: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds by which the device's clock is ahead of the server's, as far as is known. */
  #aheadMs = 0;

  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() - this.#aheadMs;
  }

  /** Takes a message that the server returned just now, of a room that keeps messages for `ttlMs`: if the clock says that it has expired, it is ahead. */
  noteReturned({ timestamp }: Message, ttlMs: number): void {
    this.#aheadMs = Math.max(this.#aheadMs, Date.now() - ttlMs - timestamp.getTime());
  }

  /** Calls `onDue` at that time, in milliseconds since 1970, or a day from now, if that is earlier. */
  wakeAt(time: number): void {
    clearTimeout(this.#timer);
    const leftMs = Math.max(time - this.now(), 0) + 1;
    this.#timer = unrefTimer(setTimeout(this.#onDue, Math.min(leftMs, timerMaxMs)));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
