import type { Message, NeighbourhoodEvent, Room } from '@earshot/shared';
import { ExpiryClock } from '../room/expiryClock.ts';
import type { NeighbourhoodTimeline } from './neighbourhoodState.ts';

/**
 * Drops the messages that have expired, by this device's clock, and calls `onDue` when the next one does. For how long a room keeps messages is
 * known from when it was entered.
 */
export class NeighbourhoodExpiry {
  readonly #clock: ExpiryClock;

  constructor(onDue: () => void) {
    this.#clock = new ExpiryClock(onDue);
  }

  /** Takes an event of the server: no message in it has expired. */
  noteReceived(event: NeighbourhoodEvent): void {
    if (event.type !== 'room.entered') return;
    const [oldest] = event.messages;
    const ttlMs = event.room.messageTtlMs ?? null;
    if (oldest && ttlMs !== null) this.#clock.noteReturned(oldest, ttlMs);
  }

  /** Returns the messages that have not expired, the same array if all are, and waits for the end of the next one. */
  unexpired({ rooms, messages }: NeighbourhoodTimeline): readonly Message[] {
    this.#clock.clear();
    const ttls = ttlsOf(rooms);
    if (ttls.size === 0) return messages;
    const now = this.#clock.now();
    const endOf = ({ roomId, timestamp }: Message) =>
      timestamp.getTime() + (ttls.get(roomId) ?? Number.POSITIVE_INFINITY);
    const kept = messages.filter((message) => endOf(message) >= now);
    const next = Math.min(...kept.map(endOf));
    if (Number.isFinite(next)) this.#clock.wakeAt(next);
    return kept.length === messages.length ? messages : kept;
  }

  clear(): void {
    this.#clock.clear();
  }
}

/** The milliseconds for which rooms keep messages, by room id, of those where messages expire. */
function ttlsOf(rooms: readonly Room[]): Map<string, number> {
  const ttls = new Map<string, number>();
  for (const { id, messageTtlMs: ttlMs = null } of rooms) if (ttlMs !== null) ttls.set(id, ttlMs);
  return ttls;
}
