import { OrderedMap } from '../../async/orderedMap.ts';

/** Milliseconds for which a room counts after its users were named. */
export const windowMs = 10 * 60_000;
/** Milliseconds after which the use of a room is reported to the other instances again. */
const reportMs = 60_000;
/** Maximum number of remembered keys. Beyond it, those that were used longest ago are forgotten. */
const keysMax = 50_000;
/** Number of keys checked for being outdated, for each new one: spreads the cleanup over the calls that cause it. */
const sweepsPerKey = 2;

interface Use {
  at: number;
  reportedAt: number;
}

interface Entry {
  /** In the order of their last use. */
  rooms: Map<string, Use>;
  /** Until then, the other instances know of too many rooms. */
  refusedUntil: number;
}

/** The rooms of each key in the window, at most `max` (0: unlimited). Times are from `performance.now()`. */
export class RecentRooms {
  readonly max: number;
  /** In the order of their last use. */
  readonly #entries = new OrderedMap<string, Entry>();

  constructor(max: number) {
    this.max = max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Milliseconds until the room may be added; 0: now. */
  msUntil(key: string, roomId: string, now: number): number {
    const entry = this.#entries.get(key);
    if (this.max === 0 || entry === undefined || entry.rooms.has(roomId)) return 0;
    forgetOld(entry.rooms, now);
    const [oldest] = entry.rooms.values();
    const freeAt = entry.rooms.size < this.max || oldest === undefined ? 0 : oldest.at + windowMs;
    return Math.max(0, Math.ceil(Math.max(freeAt, entry.refusedUntil) - now));
  }

  add(key: string, roomId: string, now: number): void {
    if (this.max === 0) return;
    const entry = this.#entries.get(key) ?? { rooms: new Map<string, Use>(), refusedUntil: 0 };
    const { reportedAt = Number.NEGATIVE_INFINITY } = entry.rooms.get(roomId) ?? {};
    entry.rooms.delete(roomId);
    entry.rooms.set(roomId, { at: now, reportedAt });
    this.#entries.delete(key);
    this.#sweep(now);
    this.#entries.set(key, entry);
  }

  /** Whether there are more than `few` rooms, and some whose use was not reported to the other instances lately. */
  hasUnreported(key: string, few: number): boolean {
    return this.#unreported(key, few).length > 0;
  }

  /** Returns the rooms whose use was not reported lately, the latest last, for a report. None if there are at most `few` rooms. */
  toReport(key: string, few: number, now: number): string[] {
    const unreported = this.#unreported(key, few);
    for (const [, use] of unreported) use.reportedAt = now;
    return unreported.map(([roomId]) => roomId);
  }

  /** Takes the room back: the other instances know of too many. */
  refuse(key: string, roomId: string, until: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.rooms.delete(roomId);
    entry.refusedUntil = until;
  }

  #unreported(key: string, few: number): [roomId: string, use: Use][] {
    const { rooms } = this.#entries.get(key) ?? {};
    if (rooms === undefined || rooms.size <= few) return [];
    return Array.from(rooms).filter(([, { at, reportedAt }]) => at - reportedAt >= reportMs);
  }

  #sweep(now: number): void {
    for (let checks = 0; checks < sweepsPerKey; checks += 1) {
      const { oldest } = this.#entries;
      if (!oldest) return;
      forgetOld(oldest.value.rooms, now);
      if (oldest.value.rooms.size > 0 && this.#entries.size < keysMax) return;
      this.#entries.delete(oldest.key);
    }
  }
}

/** Removes the rooms that do not count any more. */
function forgetOld(rooms: Map<string, Use>, now: number): void {
  for (const [roomId, { at }] of rooms) {
    if (at > now - windowMs) return;
    rooms.delete(roomId);
  }
}
