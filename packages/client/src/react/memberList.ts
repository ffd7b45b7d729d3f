import { limits } from '@earshot/shared';
import { asEarshotError, type RoomEvent, type User } from '../index.ts';

type Change = Extract<RoomEvent, { type: 'user.joined' | 'user.left' }>;

interface MemberListOptions {
  /** Asks the server who is present. */
  list(): Promise<readonly User[]>;
  onChange(members: readonly User[]): void;
}

/** How long, in milliseconds, a list that does not fit the count may be on the way to it by itself. */
const doubtMs = 1_000;

/** In a crowd everybody is told of a new count at the same moment: they ask for the list spread over this time. */
const crowdMs = { least: 5_000, most: 10_000 };

/**
 * Who is present in a room: the server's list, kept up to date by what the room tells. Where it tells counts only, or
 * the count does not fit, the list is asked for again, not too often.
 */
export class MemberList {
  readonly #options: MemberListOptions;
  #members: readonly User[] = [];
  /** Whether people may have come and gone unnamed since the list was asked for. */
  #outdated = false;
  #userCount = 0;
  /** What was told since the list under way was asked for: it may or may not know of it. */
  #told: Change[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: MemberListOptions) {
    this.#options = options;
  }

  /** Asks for the list: whenever the room is live again, for nobody tells what happened before. */
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
    } catch (error) {
      if (this.#told !== told) return;
      this.#told = null;
      this.#outdated = true;
      if (asEarshotError(error).retry !== 'no') this.#refreshSoon();
    }
  }

  heard(event: RoomEvent): void {
    if (!('userCount' in event)) return;
    this.#userCount = event.userCount;
    if (event.type === 'user.joined' || event.type === 'user.left') {
      this.#told?.push(event);
      this.#set(withChange(this.#members, event));
    }
    if (event.type === 'presence') this.#outdated = true;
    if (this.#isDoubtful()) this.#refreshSoon();
  }

  /** Asks for nothing more, until `refresh`. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#told = null;
  }

  #isDoubtful(): boolean {
    return this.#outdated || this.#members.length !== Math.min(this.#userCount, limits.presenceListMax);
  }

  #refreshSoon(): void {
    const { least, most } = crowdMs;
    const crowded = this.#userCount > limits.announcedPresenceMax;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        if (this.#isDoubtful()) void this.refresh();
      },
      crowded ? least + Math.random() * (most - least) : doubtMs,
    );
  }

  #set(members: readonly User[]): void {
    if (members === this.#members) return;
    this.#members = members;
    this.#options.onChange(members);
  }
}

function withChange(members: readonly User[], { type, user }: Change): readonly User[] {
  const known = members.some(({ userId }) => userId === user.userId);
  if (type === 'user.joined') return known ? members : [...members, user];
  return known ? members.filter(({ userId }) => userId !== user.userId) : members;
}

/** The list, with those who were known first, so that nobody changes places; the known one itself where it is the same. */
function inKnownOrder(known: readonly User[], listed: readonly User[]): readonly User[] {
  const places = new Map(known.map(({ userId }, place) => [userId, place]));
  const placeOf = ({ userId }: User) => places.get(userId) ?? known.length;
  const sorted = listed.toSorted((a, b) => placeOf(a) - placeOf(b));
  const same = sorted.length === known.length && sorted.every((user, i) => isSame(user, known[i]));
  return same ? known : sorted;
}

const isSame = (a: User, b: User | undefined) => a.userId === b?.userId && a.username === b.username;
