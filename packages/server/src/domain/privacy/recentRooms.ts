import { OrderedMap } from '../../async/orderedMap.ts';

/** Milliseconds for which a room counts after its last use: its users were named. */
export const windowMs = 10 * 60_000;
/** Milliseconds after which a use of a room is reported to the other instances again. */
const reportMs = 60_000;
/** Maximum number of rooms whose events are shown without a report: most users are in few rooms, which may have many watchers. */
const unreportedMax = 2;
/** Maximum number of remembered keys. Beyond it, those that were used longest ago are forgotten. */
const keysMax = 50_000;
/** Number of keys checked for being outdated, for each new one: spreads the cleanup over the calls that cause it. */
const sweepsPerKey = 2;

interface Use {
  at: number;
  /** When it was last reported, and when a report was last answered. */
  reportedAt: number;
  answeredAt: number;
}

const never = { reportedAt: Number.NEGATIVE_INFINITY, answeredAt: Number.NEGATIVE_INFINITY };

interface Entry {
  /** In the order of their last use. */
  rooms: Map<string, Use>;
  /** Other rooms are refused until this time, because all instances together have the maximum. */
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
    const use = entry.rooms.get(roomId) ?? never;
    entry.rooms.delete(roomId);
    entry.rooms.set(roomId, { ...use, at: now });
    this.#entries.delete(key);
    this.#sweep(now);
    this.#entries.set(key, entry);
  }

  /** Returns whether the other instances must know that events of the room are shown. A few rooms of a key need no report. */
  needsReport(key: string, roomId: string): boolean {
    const { rooms } = this.#entries.get(key) ?? {};
    return rooms !== undefined && rooms.size > unreportedMax && isDue(rooms.get(roomId));
  }

  /** Returns whether the other instances have not allowed the room lately. */
  needsAnswer(key: string, roomId: string): boolean {
    const use = this.#entries.get(key)?.rooms.get(roomId);
    return use !== undefined && use.at - use.answeredAt >= reportMs;
  }

  /** Returns the rooms for a report, and marks them as reported: the given one is last, after those that were exempt until now. */
  startReport(key: string, roomId: string, now: number): string[] {
    const rooms = this.#entries.get(key)?.rooms ?? new Map<string, Use>();
    const earlier = rooms.size <= unreportedMax + 1 ? Array.from(rooms.keys()) : [];
    const reported = [...earlier.filter((id) => id !== roomId && isDue(rooms.get(id))), roomId];
    for (const use of reported.map((id) => rooms.get(id))) if (use) use.reportedAt = now;
    return reported;
  }

  /** Records that the other instances allow the room, or can't be asked. */
  answered(key: string, roomId: string, now: number): void {
    const use = this.#entries.get(key)?.rooms.get(roomId);
    if (use) use.answeredAt = now;
  }

  /** Removes the room, and refuses others until the given time: all instances together have the maximum. */
  refuse(key: string, roomId: string, until: number): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.rooms.delete(roomId);
    entry.refusedUntil = until;
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

/** Whether the use has not been reported for a minute. */
const isDue = (use: Use | undefined): boolean => use !== undefined && use.at - use.reportedAt >= reportMs;

/** Removes the rooms that do not count any more. */
function forgetOld(rooms: Map<string, Use>, now: number): void {
  for (const [roomId, { at }] of rooms) {
    if (at > now - windowMs) return;
    rooms.delete(roomId);
  }
}
