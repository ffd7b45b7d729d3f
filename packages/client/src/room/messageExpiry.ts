import type { Message } from '@earshot/shared';
import { ExpiryClock } from './expiryClock.ts';
import type { RoomTimeline } from './roomTimeline.ts';

type Shown = Pick<RoomTimeline, 'room' | 'messages'>;

/** Finds the messages shown that have expired, by this device's clock, and calls `onDue` when the next one does. */
export class MessageExpiry {
  readonly #clock: ExpiryClock;

  constructor(onDue: () => void) {
    this.#clock = new ExpiryClock(onDue);
  }

  /** Takes messages that the server returned just now: none has expired. */
  noteReturned([oldest]: readonly Message[], { room }: Shown): void {
    const ttlMs = room?.messageTtlMs ?? null;
    if (ttlMs !== null && oldest !== undefined) this.#clock.noteReturned(oldest, ttlMs);
  }

  /** The time, in milliseconds since 1970, before which the messages have expired; null if none of those shown has. */
  expiredBefore({ room, messages: [oldest] }: Shown): number | null {
    const ttlMs = room?.messageTtlMs ?? null;
    if (ttlMs === null || oldest === undefined) return null;
    const before = this.#clock.now() - ttlMs;
    return oldest.timestamp.getTime() < before ? before : null;
  }

  /** Waits for the end of the oldest message shown. */
  schedule({ room, messages: [oldest] }: Shown): void {
    const ttlMs = room?.messageTtlMs ?? null;
    if (ttlMs === null || oldest === undefined) this.#clock.clear();
    else this.#clock.wakeAt(oldest.timestamp.getTime() + ttlMs);
  }

  clear(): void {
    this.#clock.clear();
  }
}
