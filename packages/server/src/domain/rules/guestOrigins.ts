import { OrderedMap } from '../../async/orderedMap.ts';
import type { RuleSubject } from '../../store/rules.ts';

/** An address or a device, as a salted hash. */
export type Origin = Exclude<RuleSubject, { type: 'user' }>;

interface Entry {
  notedAt: number;
  /** The latest last. */
  origins: readonly Origin[];
}

interface GuestOriginsOptions {
  /** The most guests. Default: 50,000. */
  max?: number;
  /** Returns milliseconds. */
  clock?: () => number;
}

/** The most origins of one guest. */
const originsMax = 4;
const maxAgeMs = 24 * 60 * 60 * 1_000;

/** The addresses and devices from which guests used this instance within a day: only hashes, and only in memory. */
export class GuestOrigins {
  readonly #max: number;
  readonly #clock: () => number;
  /** The guest of the latest call is the last. */
  readonly #guests = new OrderedMap<string, Entry>();

  constructor({ max = 50_000, clock = () => performance.now() }: GuestOriginsOptions = {}) {
    this.#max = max;
    this.#clock = clock;
  }

  get size(): number {
    return this.#guests.size;
  }

  note(userId: string, origins: readonly Origin[]): void {
    const known = this.of(userId).filter((one) => !origins.some((other) => isSame(one, other)));
    this.#guests.delete(userId);
    this.#guests.set(userId, { notedAt: this.#clock(), origins: [...known, ...origins].slice(-originsMax) });
    this.#dropOld();
  }

  /** The latest origins of the guest. */
  of(userId: string): readonly Origin[] {
    const entry = this.#guests.get(userId);
    return entry && !this.#isOld(entry) ? entry.origins : [];
  }

  /** Each call adds at most one entry, so dropping two keeps up. */
  #dropOld(): void {
    for (let dropped = 0; dropped < 2; dropped += 1) {
      const { oldest } = this.#guests;
      if (!oldest || (this.#guests.size <= this.#max && !this.#isOld(oldest.value))) return;
      this.#guests.delete(oldest.key);
    }
  }

  #isOld({ notedAt }: Entry): boolean {
    return this.#clock() - notedAt > maxAgeMs;
  }
}

const isSame = (one: Origin, other: Origin): boolean => one.type === other.type && one.hash === other.hash;
