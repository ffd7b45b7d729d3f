import { EarshotError } from '@earshot/shared';
import type { AbortSignalLike } from '../async/lightAbortController.ts';
import { TtlCache } from '../async/ttlCache.ts';
import type { Watcher } from '../feed/watcher.ts';
import type { Connection } from './connection.ts';
import type { Candidate, NearbySearch } from './nearbyRooms.ts';
import { type Arrival, RoomStream } from './roomStream.ts';
import { isOutsider } from './rules/gateChecks.ts';
import { roomRulesOf } from './rules/roomRules.ts';
import { isBannedIn } from './rules/ruleAbout.ts';
import type { Services } from './services.ts';

interface Options {
  services: Pick<Services, 'hub' | 'nearby' | 'rules' | 'store'>;
  connection: Connection;
  search: Omit<NearbySearch, 'limit'>;
  watcherOf(roomId: string): Watcher;
  /** Ends all waits and streams. */
  signal: AbortSignalLike;
}

/** Whether the caller is an outsider of a locked room is cached for so long, in milliseconds: rooms are searched every second. */
const outsiderTtlMs = 30_000;
/** More than the rooms of a neighbourhood. */
const outsiderMax = 256;

const none: ReadonlySet<string> = new Set();

/** A room may be removed after the search that found it. Throws other errors. */
function isHiddenIfGone(error: unknown): boolean {
  if (error instanceof EarshotError && (error.code === 'ROOM_GONE' || error.code === 'ROOM_NOT_FOUND')) return true;
  throw error;
}

/** The streams of the rooms in reach of one neighbourhood, and the items that were read: at most one of each. */
export class NeighbourhoodStreams {
  readonly #options: Options;
  readonly #streams = new Map<string, RoomStream>();
  readonly #arrivals: Arrival[] = [];
  readonly #outsider = new TtlCache<boolean>({ ttlMs: outsiderTtlMs, max: outsiderMax });
  #reach: ReadonlyMap<string, Candidate> = new Map();
  /** Ends the wait for an arrival. */
  #wake: () => void = () => {};

  constructor(options: Options) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#wake());
  }

  get all(): RoomStream[] {
    return [...this.#streams.values()];
  }

  /** The rooms in reach at the last refresh, by id. Another object after each refresh. */
  get reach(): ReadonlyMap<string, Candidate> {
    return this.#reach;
  }

  /** The room as it was at the last refresh; undefined if it is not in reach. */
  room(roomId: string): Candidate | undefined {
    return this.#reach.get(roomId);
  }

  /** Finds the rooms in reach. Returns the streams of new ones, which read nothing until they are requested. */
  async refresh(): Promise<RoomStream[]> {
    const { services, connection, search, signal } = this.#options;
    const inReach = await services.nearby.inReach(search.cell, search.radius);
    // With a ban the caller leaves the room, and so does an outsider when the room is locked.
    const open = inReach.filter(({ room }) => !isBannedIn(services, connection, room));
    const hidden = await this.#lockedRooms(open);
    if (signal.aborted) return [];
    this.#reach = new Map(open.filter(({ room }) => !hidden.has(room.id)).map((one) => [one.room.id, one]));
    const opened = [...this.#reach.keys()].filter((roomId) => !this.#streams.has(roomId)).map((id) => this.#open(id));
    for (const stream of opened) this.#streams.set(stream.roomId, stream);
    return opened;
  }

  /** Refreshes, and reads the new streams. If the store is unavailable, the rooms in reach stay the same. */
  refreshSoon(): void {
    this.refresh().then(
      (opened) => {
        for (const stream of opened) stream.request();
        this.#wake();
      },
      () => {},
    );
  }

  /** Resolves to the next arrival; to null when the rooms in reach may have changed, and at the end. */
  async next(): Promise<Arrival | null> {
    const arrival = this.#arrivals.shift();
    if (arrival) return this.#streams.get(arrival.stream.roomId) === arrival.stream ? arrival : null;
    if (!this.#options.signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return null;
  }

  close(roomId: string): void {
    this.#streams.get(roomId)?.close();
    this.#streams.delete(roomId);
  }

  /** A room whose start can't be read is tried again with the next refresh. Other errors are thrown. */
  closeFailed({ roomId }: RoomStream, error: unknown): void {
    if (!(error instanceof EarshotError) || error.code !== 'STORE_UNAVAILABLE') throw error;
    this.close(roomId);
  }

  /** The ids of the rooms that are locked, of which the caller is neither a member nor a moderator. */
  async #lockedRooms(rooms: readonly Candidate[]): Promise<ReadonlySet<string>> {
    const { services, connection } = this.#options;
    const locked = rooms.map(({ room }) => room.id).filter((id) => roomRulesOf(services.rules, id).isLocked);
    if (locked.length === 0) return none;
    const isHidden = await Promise.all(
      locked.map((id) => this.#outsider.get(id, () => isOutsider(services, connection, id).catch(isHiddenIfGone))),
    );
    return new Set(locked.filter((_, i) => isHidden[i]));
  }

  #open(roomId: string): RoomStream {
    const { services, watcherOf } = this.#options;
    return new RoomStream(services.hub, roomId, watcherOf(roomId), (arrival) => {
      this.#arrivals.push(arrival);
      this.#wake();
    });
  }
}
