import { limits, type User } from '@earshot/shared';
import type { Hub } from '../feed/hub.ts';

/** A present user has another name now. */
export interface NameChange {
  roomId: string;
  user: User;
  formerName: string;
  userCount: number;
}

/** Milliseconds between two announcements of one user's names in one room. */
const intervalMs = 5_000;

interface RecentChange {
  /** The name that was announced. */
  username: string;
  /** The latest change that has not been announced. */
  deferred: NameChange | null;
  timer: NodeJS.Timeout;
}

/**
 * Announces changes of names, except in a crowded room. The first change is announced immediately. Later ones are held until the interval
 * ends; then only the final name is announced, if it differs.
 */
export class NameAnnouncer {
  readonly #hub: Pick<Hub, 'publish'>;
  readonly #recent = new Map<string, RecentChange>();

  constructor(hub: Pick<Hub, 'publish'>) {
    this.#hub = hub;
  }

  announce(change: NameChange): void {
    const { roomId, user, formerName, userCount } = change;
    const key = JSON.stringify([roomId, user.userId]);
    const recent = this.#recent.get(key);
    if (recent !== undefined) {
      recent.deferred = { ...change, formerName: recent.username };
      return;
    }
    const timer = setTimeout(() => this.#flush(key), intervalMs).unref();
    this.#recent.set(key, { username: user.username, deferred: null, timer });
    if (userCount > limits.announcedPresenceMax) return;
    void this.#hub.publish(roomId, { type: 'user.renamed', user, formerName });
  }

  /** Drops held changes: users who watch the rooms elsewhere are present there under the new names. */
  close(): void {
    for (const { timer } of this.#recent.values()) clearTimeout(timer);
    this.#recent.clear();
  }

  #flush(key: string): void {
    const recent = this.#recent.get(key);
    this.#recent.delete(key);
    const change = recent?.deferred;
    if (change && change.user.username !== change.formerName) this.announce(change);
  }
}
