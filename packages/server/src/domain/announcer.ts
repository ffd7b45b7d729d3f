import { limits, type User } from '@earshot/shared';
import type { Hub } from '../feed/hub.ts';
import type { Logger } from '../observe/logger.ts';
import type { Presence, PresenceChange } from '../presence/presence.ts';
import { CountAnnouncer } from './countAnnouncer.ts';
import { NameAnnouncer, type NameChange } from './nameAnnouncer.ts';

/** A user joined or left. */
export interface PresenceAnnouncement {
  type: 'user.joined' | 'user.left';
  roomId: string;
  user: User;
  userCount: number;
  /** The connection that caused it. */
  connectionId?: string;
}

interface AnnouncerOptions {
  presence: Pick<Presence, 'statusOf' | 'counts'>;
  hub: Pick<Hub, 'publish'>;
  /** Resolves to whether the user is named in the room. Must not reject. Default: always. */
  isVisible?: (roomId: string, userId: string) => Promise<boolean>;
  log: Pick<Logger, 'debug'>;
}

/** Milliseconds between two announcements that one user joined a room, and between two that they left. */
const intervalMs = 5_000;

/** The announcements about one user in one room within the interval. */
interface RecentAnnouncement {
  /** The last announcement. */
  type: PresenceAnnouncement['type'];
  /** Both a join and a leave were announced. */
  hasBoth: boolean;
  /** The latest change that has not been announced. */
  deferred: PresenceAnnouncement | null;
  timer: NodeJS.Timeout;
}

/**
 * Announces joins and leaves. The first join or leave of a user is announced immediately, and neither twice in an interval. Later changes
 * are held until the interval ends; then only the final state is announced, if it differs. So a flapping user causes few events for the
 * others.
 */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #recent = new Map<string, RecentAnnouncement>();
  readonly #names: NameAnnouncer;
  readonly #counts: CountAnnouncer;
  #isClosing = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#names = new NameAnnouncer(options.hub);
    this.#counts = new CountAnnouncer(options);
  }

  /** Never rejects. */
  async announce(announcement: PresenceAnnouncement): Promise<void> {
    if (!this.#isClosing && this.#defer(announcement)) return;
    await this.#publish(announcement);
  }

  /** Announces that a user who stays present has another name. */
  async announceName(change: NameChange): Promise<void> {
    const { isVisible } = this.#options;
    if (isVisible && !(await isVisible(change.roomId, change.user.userId))) return;
    if (!this.#isClosing) this.#names.announce(change);
  }

  /** Announces a change that presence detected by itself. */
  announceChange(change: PresenceChange): Promise<void> {
    if (change.type !== 'recounted') return this.announce({ ...change, type: `user.${change.type}` });
    return this.#options.hub.publish(change.roomId, { type: 'presence', userCount: change.userCount });
  }

  /** Announces held changes, and holds none from now on. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#names.close();
    await Promise.all([this.#counts.flush(), ...Array.from(this.#recent.keys(), (key) => this.#flush(key))]);
  }

  /** Records the announcement, and returns whether it must wait. Crowded rooms need no record: their counts are collected. */
  #defer(announcement: PresenceAnnouncement): boolean {
    const key = JSON.stringify([announcement.roomId, announcement.user.userId]);
    const recent = this.#recent.get(key);
    if (recent === undefined && isCrowded(announcement)) return false;
    if (recent !== undefined && (recent.hasBoth || recent.type === announcement.type)) {
      recent.deferred = announcement;
      return true;
    }
    clearTimeout(recent?.timer);
    const timer = setTimeout(() => void this.#flush(key), intervalMs).unref();
    this.#recent.set(key, { type: announcement.type, hasBoth: recent !== undefined, deferred: null, timer });
    return false;
  }

  async #flush(key: string): Promise<void> {
    const recent = this.#recent.get(key);
    if (recent === undefined) return;
    clearTimeout(recent.timer);
    this.#recent.delete(key);
    if (recent.deferred === null) return;
    const now = await this.#refresh(recent.deferred);
    if (now.type !== recent.type) await this.announce(now);
  }

  /** Publishes a join or leave to the room; in a crowded room, and of a user who is not named there, only the new count. */
  async #publish(announcement: PresenceAnnouncement): Promise<void> {
    const { hub, isVisible } = this.#options;
    const { type, roomId, user, userCount, connectionId } = announcement;
    if (isCrowded(announcement) && !this.#isClosing) return this.#counts.announce(roomId, userCount);
    this.#counts.drop(roomId); // before anything is awaited: a count that is collected meanwhile is newer
    const isNamed = !isCrowded(announcement) && (!isVisible || (await isVisible(roomId, user.userId)));
    await hub.publish(roomId, isNamed ? { type, user, userCount } : { type: 'presence', userCount }, connectionId);
  }

  /** Reads the current state: a held change may be out of date, for example because of another instance. */
  async #refresh(deferred: PresenceAnnouncement): Promise<PresenceAnnouncement> {
    const { presence, log } = this.#options;
    try {
      const { isPresent, userCount } = await presence.statusOf(deferred.roomId, deferred.user.userId);
      return { ...deferred, type: isPresent ? 'user.joined' : 'user.left', userCount };
    } catch (error) {
      log.debug({ err: error, roomId: deferred.roomId }, 'presence not checked again before an announcement');
      return deferred;
    }
  }
}

const isCrowded = ({ userCount }: PresenceAnnouncement) => userCount > limits.announcedPresenceMax;
