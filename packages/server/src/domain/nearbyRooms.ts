import {
  distanceBand,
  distinctLabels,
  limits,
  type NearbyOrder,
  type NearbyPage,
  type NearbyRoom,
} from '@earshot/shared';
import { TtlCache } from '../async/ttlCache.ts';
import type { Places } from '../places/places.ts';
import type { Presence } from '../presence/presence.ts';
import type { NewestMessage, Store, StoredRoom } from '../store/store.ts';
import { messagePreview, previewReadChars } from './messagePreview.ts';
import { formatNearbyCursor, parseNearbyCursor } from './nearbyCursor.ts';
import { fittingRooms } from './neighbourhoodCursor.ts';
import { countsPresent, laterTime, namedCell, publicRoom, type RoomRuleSource, shownRules } from './publicRoom.ts';

/** A room near a map cell, with the number of present users. */
export interface Candidate {
  room: StoredRoom;
  /** Metres between the centres of the two map cells. */
  distance: number;
  userCount: number;
}

/** A search around a map cell. */
export interface NearbySearch {
  cell: string;
  /** Metres. */
  radius: number;
  limit: number;
}

export interface OrderedSearch extends NearbySearch {
  order: NearbyOrder;
}

/** A search for one page of the rooms around a map cell. */
export interface NearbyPageSearch extends NearbySearch {
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined;
}

interface Sources {
  store: Pick<Store, 'roomsNear' | 'roomsNearPage' | 'newestMessages'>;
  presence: Pick<Presence, 'counts'>;
  places: Pick<Places, 'areasOf'>;
  retention: RoomRuleSource;
}

/** Candidates of one moment. Answers made from them are cached under the number, so that none is older than the candidates' cache allows. */
interface CandidateList {
  number: number;
  rooms: readonly Candidate[];
}

/** Number of rooms read for one answer, nearest first. The order by presence covers only these. */
const candidatesMax = limits.nearbyMax;
const ttlMs = 1_000;

/**
 * The rooms around a map cell: the nearest distance band first; within a band, rooms with present users before empty ones, then by distance,
 * then by id. Distances are measured from the centre of the caller's map cell to that of the room's. So all callers in one cell get the
 * same answer, which is computed once and cached for a second.
 */
export class NearbyRooms {
  readonly #sources: Sources;
  readonly #candidates = new TtlCache<CandidateList>({ ttlMs, max: 256 });
  #lastNumber = 0;
  /** A lower maximum: each answer may also be cached as text. */
  readonly #answers = new TtlCache<readonly NearbyRoom[]>({ ttlMs, max: 64 });
  readonly #pages = new TtlCache<NearbyPage>({ ttlMs, max: 64 });
  readonly #reach = new TtlCache<readonly Candidate[]>({ ttlMs, max: 256 });

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** Returns the best rooms around, at most `candidatesMax`. */
  async candidates(cell: string, radius: number): Promise<readonly Candidate[]> {
    return (await this.#list(cell, radius)).rooms;
  }

  /** Returns the answer of `rooms.nearby`. Identical requests share one object, which must not be modified. */
  async search({ cell, radius, limit, order }: OrderedSearch): Promise<readonly NearbyRoom[]> {
    const { number, rooms } = await this.#list(cell, radius);
    return this.#answers.get(`${number} ${limit} ${order}`, () => {
      const ordered = order === 'lively' ? rooms.toSorted(byLiveliness) : rooms;
      return this.#describe(ordered.slice(0, limit));
    });
  }

  /**
   * Returns a page of all rooms within the radius, in an order that does not depend on presence: by distance, then by cell and id.
   * Identical requests share one object, which must not be modified. Throws `INVALID_INPUT` for an invalid cursor.
   */
  async page(search: NearbyPageSearch): Promise<NearbyPage> {
    const cursor = search.cursor === undefined ? undefined : parseNearbyCursor(search.cursor);
    const { radius, limit } = search;
    const origin = cursor?.origin ?? search.cell;
    return this.#pages.get(`${origin} ${radius} ${limit} ${search.cursor}`, async () => {
      // One more than requested, to know whether there are more.
      const found = await this.#sources.store.roomsNearPage({ cell: origin, radius, limit: limit + 1, after: cursor });
      const rooms = await this.#describe(await this.#counted(found.slice(0, limit)));
      const last = found.length > limit ? found[limit - 1]?.room : undefined;
      const nextCursor = last?.cell ? formatNearbyCursor({ origin, cell: last.cell, roomId: last.id }) : null;
      return { rooms, nextCursor };
    });
  }

  /** Returns the nearest rooms, whether or not users are present: presence does not change a neighbourhood. */
  async inReach(cell: string, radius: number): Promise<readonly Candidate[]> {
    const { number, rooms } = await this.#list(cell, radius);
    return this.#reach.get(`${number}`, async () => fittingRooms(rooms.toSorted(byDistance), ({ room }) => room.id));
  }

  /** Clears the caches, so that a room created here is visible immediately. */
  invalidate(): void {
    this.#candidates.clear();
    this.#answers.clear();
    this.#pages.clear();
    this.#reach.clear();
  }

  /** Reads the newest messages of all the rooms at once. No two of the rooms have the same name. */
  async #describe(candidates: readonly Candidate[]): Promise<NearbyRoom[]> {
    const [areas, newest] = await Promise.all([
      this.#sources.places.areasOf(candidates.map(({ room }) => namedCell(room))),
      this.#newestMessages(candidates),
    ]);
    const rooms = candidates.map(({ room, distance, userCount }, i) => {
      const message = newest.get(room.id);
      const lastMessageAt = laterTime(room.lastMessageAt, message?.timestamp);
      const rules = shownRules(this.#sources.retention, room.id);
      return {
        ...publicRoom({ ...room, lastMessageAt }, { userCount, area: areas[i] ?? null }),
        ...rules,
        distance: distanceBand(distance),
        // A list is the same for everybody, and only members read a locked room.
        preview: rules.isLocked ? null : messagePreview(message),
      };
    });
    const names = distinctLabels(rooms, ({ name }) => name);
    return rooms.map((room, i) => ({ ...room, name: names[i] ?? room.name }));
  }

  async #newestMessages(candidates: readonly Candidate[]): Promise<Map<string, NewestMessage>> {
    if (candidates.length === 0) return new Map();
    return this.#sources.store.newestMessages(
      candidates.map(({ room }) => room.id),
      previewReadChars,
    );
  }

  #list(cell: string, radius: number): Promise<CandidateList> {
    return this.#candidates.get(`${cell} ${radius}`, async () => {
      const found = await this.#counted(await this.#sources.store.roomsNear(cell, radius, candidatesMax));
      this.#lastNumber += 1;
      return { number: this.#lastNumber, rooms: found.sort(byRank) };
    });
  }

  async #counted(found: readonly Omit<Candidate, 'userCount'>[]): Promise<Candidate[]> {
    const counts = await countsPresent(
      this.#sources,
      found.map(({ room }) => room.id),
    );
    return found.map((one, i) => ({ ...one, userCount: counts[i] ?? 0 }));
  }
}

function byRank(a: Candidate, b: Candidate): number {
  return (
    distanceBand(a.distance) - distanceBand(b.distance) ||
    Number(b.userCount > 0) - Number(a.userCount > 0) ||
    byDistance(a, b)
  );
}

/** The most users present first, then the latest message, then the nearest. */
function byLiveliness(a: Candidate, b: Candidate): number {
  const lastMessage = ({ room }: Candidate) => room.lastMessageAt?.getTime() ?? 0;
  return b.userCount - a.userCount || lastMessage(b) - lastMessage(a) || byDistance(a, b);
}

function byDistance(a: Candidate, b: Candidate): number {
  return a.distance - b.distance || (a.room.id < b.room.id ? -1 : 1);
}
