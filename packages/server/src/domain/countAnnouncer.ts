import type { Hub } from '../feed/hub.ts';
import type { Presence } from '../presence/presence.ts';

interface CountAnnouncerOptions {
  presence: Pick<Presence, 'counts'>;
  hub: Pick<Hub, 'publish'>;
}

/** Milliseconds for which the changes of a room's count are collected. Watchers receive a count at most once a second. */
const collectMs = 200;

/** Announces the number of users in crowded rooms. When many users return at once, a few counts are published, not one for each user. */
export class CountAnnouncer {
  readonly #options: CountAnnouncerOptions;
  /** The rooms whose count has changed, with the latest one. */
  #changed = new Map<string, number>();
  /** Collected counts that are being read again. */
  readonly #flushing = new Set<Map<string, number>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CountAnnouncerOptions) {
    this.#options = options;
  }

  announce(roomId: string, userCount: number): void {
    this.#changed.set(roomId, userCount);
    this.#timer ??= setTimeout(() => void this.flush(), collectMs).unref();
  }

  /** Must be called when a newer count of the room is announced by other means. */
  drop(roomId: string): void {
    this.#changed.delete(roomId);
    for (const changed of this.#flushing) changed.delete(roomId);
  }

  /** Announces the collected counts. Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changed = this.#changed;
    if (changed.size === 0) return;
    this.#changed = new Map();
    this.#flushing.add(changed);
    await this.#readAgain(changed);
    this.#flushing.delete(changed);
    const { hub } = this.#options;
    await Promise.all(
      Array.from(changed, ([roomId, userCount]) => hub.publish(roomId, { type: 'presence', userCount })),
    );
  }

  /** Reads the counts again: another instance may have announced newer ones in the meantime. */
  async #readAgain(changed: Map<string, number>): Promise<void> {
    const roomIds = [...changed.keys()];
    try {
      const counts = await this.#options.presence.counts(roomIds);
      for (const [i, roomId] of roomIds.entries()) {
        const known = changed.get(roomId);
        if (known !== undefined) changed.set(roomId, counts[i] ?? known); // otherwise it was dropped
      }
    } catch {
      // The collected counts are the latest that are known.
    }
  }
}
