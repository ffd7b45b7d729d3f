import type { Message } from '@earshot/shared';
import { unrefTimer } from '../lib/timers.ts';
import type { RoomTimeline } from './roomTimeline.ts';

/** The longest wait of a timer, in milliseconds: longer ones would overflow. */
const timerMaxMs = 24 * 60 * 60 * 1_000;

type Shown = Pick<RoomTimeline, 'room' | 'messages'>;

/** Finds the messages shown that have expired, by this device's clock, and calls `onDue` when the next one does. */
export class MessageExpiry {
  readonly #onDue: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Milliseconds by which the clock is ahead of the server's, as far as is known. */
  #aheadMs = 0;

  constructor(onDue: () => void) {
    this.#onDue = onDue;
  }

  /** Takes messages that the server returned just now: none has expired. If the clock says so, it is ahead. */
  noteReturned([oldest]: readonly Message[], { room }: Shown): void {
    const ttlMs = room?.messageTtlMs ?? null;
    if (ttlMs === null || oldest === undefined) return;
    this.#aheadMs = Math.max(this.#aheadMs, Date.now() - ttlMs - oldest.timestamp.getTime());
  }

  /** The time, in milliseconds since 1970, before which the messages have expired; null if none of those shown has. */
  expiredBefore({ room, messages: [oldest] }: Shown): number | null {
    const ttlMs = room?.messageTtlMs ?? null;
    if (ttlMs === null || oldest === undefined) return null;
    const before = Date.now() - this.#aheadMs - ttlMs;
    return oldest.timestamp.getTime() < before ? before : null;
  }

  /** Waits for the end of the oldest message shown. */
  schedule({ room, messages: [oldest] }: Shown): void {
    clearTimeout(this.#timer);
    const ttlMs = room?.messageTtlMs ?? null;
    if (ttlMs === null || oldest === undefined) return;
    const leftMs = oldest.timestamp.getTime() + ttlMs - (Date.now() - this.#aheadMs);
    this.#timer = unrefTimer(setTimeout(this.#onDue, Math.min(Math.max(leftMs, 0) + 1, timerMaxMs)));
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
