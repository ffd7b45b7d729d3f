import { limits } from '@earshot/shared';
import { asEarshotError, type RoomEvent, type User } from '../index.ts';

type PresenceEvent = Extract<RoomEvent, { type: 'user.joined' | 'user.left' }>;

interface PresenceListOptions {
  /** Queries the server for the users present. */
  list(): Promise<readonly User[]>;
  onChange(present: readonly User[]): void;
}

/** Waits, in milliseconds, before the list is loaded again. They are random, because all clients receive an event at the same time. */
const waits = {
  /** The list does not match the count. The missing event may still arrive. */
  mismatch: { min: 500, max: 1_500 },
  /** Joins and leaves are not announced in a large room, or the last query failed. */
  slow: { min: 5_000, max: 10_000 },
};

/**
 * The users present in a room: the server's list, updated by the room's events. If the events have only counts, or
 * the count does not match, the list is loaded again, at a limited rate.
 */
export class PresenceList {
  readonly #options: PresenceListOptions;
  #present: readonly User[] = [];
  /** Whether unannounced joins and leaves may have happened since the list was requested. */
  #isOutdated = false;
  #userCount = 0;
  /** Number of users who are counted, but not listed: they hide their names, or the user blocked them. */
  #unlisted = 0;
  /** The changes since the pending list was requested. The list may or may not include them. */
  #pendingEvents: PresenceEvent[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: PresenceListOptions) {
    this.#options = options;
  }

  /** Loads the list. Must be called whenever the room becomes live, because joins and leaves before that are not replayed. */
  async refresh(): Promise<void> {
    this.stop();
    this.#isOutdated = false;
    const pendingEvents: PresenceEvent[] = [];
    this.#pendingEvents = pendingEvents;
    try {
      const listed = await this.#options.list();
      if (this.#pendingEvents !== pendingEvents) return;
      this.#pendingEvents = null;
      this.#set(pendingEvents.reduce(withChange, inKnownOrder(this.#present, listed)));
      this.#unlisted = Math.max(0, this.#listable - this.#present.length);
      if (this.#isOutdated) this.#refreshIn(waits.slow);
    } catch (error) {
      if (this.#pendingEvents !== pendingEvents) return;
      this.#pendingEvents = null;
      this.#isOutdated = true;
      if (asEarshotError(error).retry !== 'no') this.#refreshIn(waits.slow);
    }
  }

  onEvent(event: RoomEvent): void {
    // A user who changes the name while they are present does not join again. In crowded rooms their name shows when they type.
    if (event.type === 'typing' || event.type === 'user.renamed') this.#set(withName(this.#present, event.user));
    if (!('userCount' in event)) return;
    this.#userCount = event.userCount;
    if (event.type === 'user.joined' || event.type === 'user.left') {
      this.#pendingEvents?.push(event);
      this.#set(withChange(this.#present, event));
    }
    if (event.type === 'presence') this.#isOutdated = true;
    const isLargeRoom = event.userCount > limits.announcedPresenceMax;
    if (this.#needsRefresh()) this.#refreshIn(isLargeRoom ? waits.slow : waits.mismatch);
  }

  /** Sends no more queries, until `refresh`. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pendingEvents = null;
  }

  #needsRefresh(): boolean {
    return this.#isOutdated || this.#present.length !== this.#listable - this.#unlisted;
  }

  /** Number of users in a whole list, if none is hidden. */
  get #listable(): number {
    return Math.min(this.#userCount, limits.presenceListMax);
  }

  #refreshIn({ min, max }: { min: number; max: number }): void {
    const refresh = () => {
      this.#timer = undefined;
      if (this.#pendingEvents === null && this.#needsRefresh()) void this.refresh();
    };
    this.#timer ??= setTimeout(refresh, min + Math.random() * (max - min));
  }

  #set(present: readonly User[]): void {
    if (present === this.#present) return;
    this.#present = present;
    this.#options.onChange(present);
  }
}

function withChange(present: readonly User[], { type, user }: PresenceEvent): readonly User[] {
  const known = present.some(({ userId }) => userId === user.userId);
  if (type === 'user.joined') return known ? withName(present, user) : [...present, user];
  return known ? present.filter(({ userId }) => userId !== user.userId) : present;
}

function withName(present: readonly User[], user: User): readonly User[] {
  const at = present.findIndex(({ userId }) => userId === user.userId);
  return at < 0 || isSame(user, present[at]) ? present : present.with(at, user);
}

/** The new list, with the known users first, so that the order of the known users stays. Returns the known list itself if it is equal. */
function inKnownOrder(known: readonly User[], listed: readonly User[]): readonly User[] {
  const indexById = new Map(known.map(({ userId }, index) => [userId, index]));
  const indexOf = ({ userId }: User) => indexById.get(userId) ?? known.length;
  const sorted = listed.toSorted((a, b) => indexOf(a) - indexOf(b));
  const same = sorted.length === known.length && sorted.every((user, i) => isSame(user, known[i]));
  return same ? known : sorted;
}

const isSame = (a: User, b: User | undefined) => a.userId === b?.userId && a.username === b.username;
