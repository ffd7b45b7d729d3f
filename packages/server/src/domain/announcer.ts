import type { Logger } from '../observe/logger.ts';
import type { Presence, PresenceChange } from '../presence/presence.ts';
import { type Arrival, announce } from './announce.ts';
import type { Services } from './services.ts';

interface AnnouncerOptions {
  presence: Pick<Presence, 'look'>;
  hub: Pick<Services['hub'], 'publish'>;
  log: Pick<Logger, 'debug'>;
}

/** Milliseconds between two announcements that one user joined a room, and between two that they left. */
const intervalMs = 5_000;

/** The announcements about one user in one room within the interval. */
interface Recent {
  /** The last announcement. */
  type: Arrival['type'];
  /** Both a join and a leave were announced. */
  hasBoth: boolean;
  /** The latest change that has not been announced. */
  held: Arrival | null;
  timer: NodeJS.Timeout;
}

/**
 * Announces joins and leaves. The first join or leave of a user is announced immediately, and neither twice in an interval. Later changes
 * are held until the interval ends; then only the final state is announced, if it differs. So a flapping user causes few events for the
 * others.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #recent = new Map<string, Recent>();
  #isClosing = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** Never rejects. */
  async announce(arrival: Arrival): Promise<void> {
    if (!this.#isClosing && this.#isHeld(arrival)) return;
    await announce(this.#options, arrival);
  }

  /** Announces a change that presence detected by itself. */
  announceChange(change: PresenceChange): Promise<void> {
    if (change.type !== 'recounted') return this.announce({ ...change, type: `user.${change.type}` });
    return this.#options.hub.publish(change.roomId, { type: 'presence', userCount: change.userCount });
  }

  /** Announces held changes, and holds none from now on. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(Array.from(this.#recent.keys(), (key) => this.#settle(key)));
  }

  /** Records the announcement, and returns whether it must wait. */
  #isHeld(arrival: Arrival): boolean {
    const key = JSON.stringify([arrival.roomId, arrival.user.userId]);
    const recent = this.#recent.get(key);
    if (recent !== undefined && (recent.hasBoth || recent.type === arrival.type)) {
      recent.held = arrival;
      return true;
    }
    clearTimeout(recent?.timer);
    const timer = setTimeout(() => void this.#settle(key), intervalMs).unref();
    this.#recent.set(key, { type: arrival.type, hasBoth: recent !== undefined, held: null, timer });
    return false;
  }

  async #settle(key: string): Promise<void> {
    const recent = this.#recent.get(key);
    if (recent === undefined) return;
    clearTimeout(recent.timer);
    this.#recent.delete(key);
    if (recent.held === null) return;
    const now = await this.#lookAgain(recent.held);
    if (now.type !== recent.type) await this.announce(now);
  }

  /** Reads the current state: a held change may be out of date, for example because of another instance. */
  async #lookAgain(held: Arrival): Promise<Arrival> {
    const { presence, log } = this.#options;
    try {
      const { isPresent, userCount } = await presence.look(held.roomId, held.user.userId);
      return { ...held, type: isPresent ? 'user.joined' : 'user.left', userCount };
    } catch (error) {
      log.debug({ err: error, roomId: held.roomId }, 'could not look again who is present');
      return held;
    }
  }
}
