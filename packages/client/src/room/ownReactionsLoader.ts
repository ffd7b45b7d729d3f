import { limits, type OwnReactionsAnswer, type RoomEvent } from '@earshot/shared';
import { hasHiddenReactors } from './reactions.ts';
import type { RoomTimeline } from './roomTimeline.ts';

interface LoaderOptions {
  /** Queries the server. */
  query: (messageIds: string[]) => Promise<OwnReactionsAnswer>;
  onLoaded: (epoch: number, answer: OwnReactionsAnswer) => void;
}

/**
 * Loads the user's own reactions to messages with more reactors than they list: `limits.ownReactionsMax`
 * messages in a query, one query at a time.
 */
export class OwnReactionsLoader {
  readonly #options: LoaderOptions;
  /** Messages whose own reactions may have changed since the query was sent. */
  readonly #changed = new Set<string>();
  #isLoading = false;
  #isRefused = false;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  /** Must be called with each event before it is applied to the timeline. */
  onEvent(event: RoomEvent, { userId }: RoomTimeline): void {
    if (!this.#isLoading) return;
    if (event.type === 'message.updated') this.#changed.add(event.message.id);
    const isOwn = event.type === 'reaction.changed' && (userId === null || userId === event.userId);
    if (isOwn) this.#changed.add(event.messageId);
  }

  /** Must be called when the timeline has changed. */
  update({ messages, ownReactions, log }: RoomTimeline): void {
    if (this.#isLoading || this.#isRefused) return;
    const unknown = messages.filter((one) => !ownReactions.has(one.id) && hasHiddenReactors(one));
    // The newest first, because those are visible.
    const ids = unknown.slice(-limits.ownReactionsMax).map(({ id }) => id);
    if (ids.length > 0) void this.#load(ids, log.epoch);
  }

  async #load(ids: string[], epoch: number): Promise<void> {
    this.#isLoading = true;
    this.#changed.clear();
    const answer = await this.#options.query(ids).catch(() => null);
    this.#isLoading = false;
    if (answer === null) this.#isRefused = true;
    else {
      const reactions = answer.reactions.filter(({ messageId }) => !this.#changed.has(messageId));
      this.#options.onLoaded(epoch, { ...answer, reactions });
    }
  }
}
