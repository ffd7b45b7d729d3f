import type { Logger } from '../observe/logger.ts';
import type { Presence, PresenceChange } from '../presence/presence.ts';
import { type Arrival, announce } from './announce.ts';
import type { Services } from './services.ts';

interface AnnouncerOptions {
  presence: Pick<Presence, 'look'>;
  hub: Pick<Services['hub'], 'publish'>;
  log: Pick<Logger, 'debug'>;
}

/** Milliseconds between two announcements that one person came to a room, and between two that they left. */
const intervalMs = 5_000;

/** What was announced of one person in one room within the interval. */
interface Recent {
  /** What was announced last. */
  type: Arrival['type'];
  /** Both that they came and that they left was announced. */
  hasBoth: boolean;
  /** What happened since, and was not announced. */
  held: Arrival | null;
  timer: NodeJS.Timeout;
}

/**
 * Announces who comes and goes. That a person came to a room, or left it, is announced at once, but neither twice in an
 * interval: what follows is held until the interval is over, and then only the final state is announced, if it differs.
 * So the others in the room get few events of one who flaps.
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

  /** Announces what presence found out by itself. */
  announceChange(change: PresenceChange): Promise<void> {
    if (change.type !== 'recounted') return this.announce({ ...change, type: `user.${change.type}` });
    return this.#options.hub.publish(change.roomId, { type: 'presence', userCount: change.userCount });
  }

  /** Announces what is held, and holds nothing from now on. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all(Array.from(this.#recent.keys(), (key) => this.#settle(key)));
  }

  /** Whether the announcement has to wait; notes it in any case. */
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

  /** How it is now: what was held may be out of date, also because of other instances. */
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
