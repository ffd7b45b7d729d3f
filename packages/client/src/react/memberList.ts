import { limits } from '@earshot/shared';
import { asEarshotError, type RoomEvent, type User } from '../index.ts';

type Change = Extract<RoomEvent, { type: 'user.joined' | 'user.left' }>;

interface MemberListOptions {
  /** Queries the server for the users present. */
  list(): Promise<readonly User[]>;
  onChange(members: readonly User[]): void;
}

/** Waits, in milliseconds, before the list is loaded again. They are random, because all clients receive an event at the same time. */
const waits = {
  /** The list does not match the count. The missing event may still arrive. */
  doubt: { least: 500, most: 1_500 },
  /** Joins and leaves are not announced in a large room, or the last query failed. */
  crowd: { least: 5_000, most: 10_000 },
};

/**
 * The users present in a room: the server's list, updated by the room's events. If the events have only counts, or
 * the count does not match, the list is loaded again, at a limited rate.
 */
export class MemberList {
  readonly #options: MemberListOptions;
  #members: readonly User[] = [];
  /** Whether unannounced joins and leaves may have happened since the list was requested. */
  #outdated = false;
  #userCount = 0;
  /** The changes since the pending list was requested. The list may or may not include them. */
  #told: Change[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MemberListOptions) {
    this.#options = options;
  }

  /** Loads the list. Must be called whenever the room becomes live, because joins and leaves before that are not replayed. */
  async refresh(): Promise<void> {
    this.stop();
    this.#outdated = false;
    const told: Change[] = [];
    this.#told = told;
    try {
      const listed = await this.#options.list();
      if (this.#told !== told) return;
      this.#told = null;
      this.#set(told.reduce(withChange, inKnownOrder(this.#members, listed)));
      if (this.#outdated) this.#refreshIn(waits.crowd);
    } catch (error) {
      if (this.#told !== told) return;
      this.#told = null;
      this.#outdated = true;
      if (asEarshotError(error).retry !== 'no') this.#refreshIn(waits.crowd);
    }
  }

  heard(event: RoomEvent): void {
    // A user who changes the name while a second connection keeps them present does not join again.
    if (event.type === 'typing') this.#set(withName(this.#members, event.user));
    if (!('userCount' in event)) return;
    this.#userCount = event.userCount;
    if (event.type === 'user.joined' || event.type === 'user.left') {
      this.#told?.push(event);
      this.#set(withChange(this.#members, event));
    }
    if (event.type === 'presence') this.#outdated = true;
    const crowded = event.userCount > limits.announcedPresenceMax;
    if (this.#isDoubtful()) this.#refreshIn(crowded ? waits.crowd : waits.doubt);
  }

  /** Sends no more queries, until `refresh`. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#told = null;
  }

  #isDoubtful(): boolean {
    return this.#outdated || this.#members.length !== Math.min(this.#userCount, limits.presenceListMax);
  }

  #refreshIn({ least, most }: { least: number; most: number }): void {
    const refresh = () => {
      this.#timer = undefined;
      if (this.#told === null && this.#isDoubtful()) void this.refresh();
    };
    this.#timer ??= setTimeout(refresh, least + Math.random() * (most - least));
  }

  #set(members: readonly User[]): void {
    if (members === this.#members) return;
    this.#members = members;
    this.#options.onChange(members);
  }
}

function withChange(members: readonly User[], { type, user }: Change): readonly User[] {
  const known = members.some(({ userId }) => userId === user.userId);
  if (type === 'user.joined') return known ? withName(members, user) : [...members, user];
  return known ? members.filter(({ userId }) => userId !== user.userId) : members;
}

function withName(members: readonly User[], user: User): readonly User[] {
  const at = members.findIndex(({ userId }) => userId === user.userId);
  return at < 0 || isSame(user, members[at]) ? members : members.with(at, user);
}

/** The new list, with the known users first, so that nobody moves. Returns the known list itself if it is equal. */
function inKnownOrder(known: readonly User[], listed: readonly User[]): readonly User[] {
  const places = new Map(known.map(({ userId }, place) => [userId, place]));
  const placeOf = ({ userId }: User) => places.get(userId) ?? known.length;
  const sorted = listed.toSorted((a, b) => placeOf(a) - placeOf(b));
  const same = sorted.length === known.length && sorted.every((user, i) => isSame(user, known[i]));
  return same ? known : sorted;
}

const isSame = (a: User, b: User | undefined) => a.userId === b?.userId && a.username === b.username;
