import type { Hub } from '../feed/hub.ts';
import type { Presence } from '../presence/presence.ts';

interface CountAnnouncerOptions {
  presence: Pick<Presence, 'counts'>;
  hub: Pick<Hub, 'publish'>;
}

/** Milliseconds over which the changes of a room's count are gathered. Watchers receive a count at most once a second. */
const gatherMs = 200;

/** Announces the number of users in crowded rooms. Of a crowd that returns, the others receive a few counts, not one for each user. */
export class CountAnnouncer {
  readonly #options: CountAnnouncerOptions;
  /** The rooms whose count has changed, with the last one. */
  #changed = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: CountAnnouncerOptions) {
    this.#options = options;
  }

  announce(roomId: string, userCount: number): void {
    this.#changed.set(roomId, userCount);
    this.#timer ??= setTimeout(() => void this.flush(), gatherMs).unref();
  }

  /** Must be called when a newer count of the room is announced by other means. */
  drop(roomId: string): void {
    this.#changed.delete(roomId);
  }

  /** Announces what is gathered. Never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changed = this.#changed;
    if (changed.size === 0) return;
    this.#changed = new Map();
    const { hub } = this.#options;
    const counts = await this.#countsIn([...changed.keys()]);
    const publish = ([roomId, known]: [string, number], i: number) =>
      hub.publish(roomId, { type: 'presence', userCount: counts[i] ?? known });
    await Promise.all(Array.from(changed, publish));
  }

  /** Read again: another instance may have announced a newer count in the meantime. */
  async #countsIn(roomIds: readonly string[]): Promise<readonly number[]> {
    try {
      return await this.#options.presence.counts(roomIds);
    } catch {
      return []; // the gathered counts are the best that is known
    }
  }
}
