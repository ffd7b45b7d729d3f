import type { Hub } from '../feed/hub.ts';
import type { Logger } from '../observe/logger.ts';
import type { Presence, PresenceEntry } from '../presence/presence.ts';
import { announce } from './announce.ts';

/** Milliseconds that a user whose line broke stays present: most are back before. */
const graceMs = 3_000;

interface DeparturesOptions {
  presence: Presence;
  hub: Hub;
  log: Logger;
  /** Milliseconds; for tests. */
  graceMs?: number;
}

/** Takes people out of rooms and tells the rooms: at once after a clean goodbye, a little later after a broken line. */
export class Departures {
  readonly #options: DeparturesOptions;
  readonly #waiting = new Map<NodeJS.Timeout, PresenceEntry>();

  constructor(options: DeparturesOptions) {
    this.#options = options;
  }

  depart(entry: PresenceEntry, broken: boolean): void {
    if (!broken) {
      void this.#leave(entry);
      return;
    }
    const timer = setTimeout(() => {
      this.#waiting.delete(timer);
      void this.#leave(entry);
    }, this.#options.graceMs ?? graceMs);
    this.#waiting.set(timer, entry);
  }

  /** Takes out at once all that still wait. */
  async close(): Promise<void> {
    const entries = [...this.#waiting.values()];
    for (const timer of this.#waiting.keys()) clearTimeout(timer);
    this.#waiting.clear();
    await Promise.all(entries.map((entry) => this.#leave(entry)));
  }

  async #leave(entry: PresenceEntry): Promise<void> {
    const { presence, log } = this.#options;
    try {
      const { last, userCount } = await presence.leave(entry);
      const { roomId, user, connectionId } = entry;
      if (last) announce(this.#options, 'user.left', { roomId, user, userCount, connectionId });
    } catch (error) {
      // The driver takes the entry out by itself once its service is back; only the announcement is lost.
      log.warn({ err: error, roomId: entry.roomId }, 'could not take a user out of presence');
    }
  }
}
