import { EarshotError, limits, type Reaction } from '@earshot/shared/plain';
import { type OneReaction, summarize } from './reactionSummary.ts';
import type { MessageChange } from './store.ts';

/** The reactions of a message that a store needs to apply changes to them. */
export interface KnownReactions {
  /**
   * Every emoji with its count, and its first users: either all of them, or `limits.reactorsShown` plus one for each reaction to that emoji
   * that the changes may remove.
   */
  all: readonly Reaction[];
  /** The emoji of the users whose reactions change. */
  own: ReadonlyMap<string, readonly string[]>;
}

type React = Extract<MessageChange, { type: 'react' }>;

/** The reactions to one message while changes are applied to it one after another. */
export class ReactionSet {
  #all: readonly Reaction[];
  readonly #own: Map<string, ReadonlySet<string>>;

  constructor({ all, own }: KnownReactions) {
    this.#all = all;
    this.#own = new Map([...own].map(([userId, emojis]) => [userId, new Set(emojis)]));
  }

  /** The emoji with their counts and first users, as stored with the message. */
  get summary(): Reaction[] {
    return summarize(this.#all);
  }

  /** Applies a reaction; returns whether it had an effect. Throws `TOO_MANY_EMOJI` and `TOO_MANY_OWN_REACTIONS`, without any effect. */
  change({ userId, emoji, on }: React): boolean {
    const own = this.#own.get(userId) ?? new Set();
    if (own.has(emoji) === on) return false;
    if (on) this.#add({ userId, emoji }, own);
    else this.#remove({ userId, emoji });
    this.#own.set(userId, new Set(on ? [...own, emoji] : [...own].filter((other) => other !== emoji)));
    return true;
  }

  clear(): void {
    this.#all = [];
    this.#own.clear();
  }

  #add({ userId, emoji }: OneReaction, own: ReadonlySet<string>): void {
    if (own.size >= limits.emojiPerPerson) throw new EarshotError('TOO_MANY_OWN_REACTIONS');
    const known = this.#all.find((one) => one.emoji === emoji);
    if (known === undefined) {
      if (this.#all.length >= limits.emojiPerMessage) throw new EarshotError('TOO_MANY_EMOJI');
      this.#all = [...this.#all, { emoji, count: 1, userIds: [userId] }];
    } else {
      // A list that ends before the last user can't be extended with the one after.
      const userIds = known.userIds.length === known.count ? [...known.userIds, userId] : known.userIds;
      this.#replace({ emoji, count: known.count + 1, userIds });
    }
  }

  #remove({ userId, emoji }: OneReaction): void {
    const known = this.#all.find((one) => one.emoji === emoji);
    if (known === undefined) return;
    const userIds = known.userIds.filter((id) => id !== userId);
    this.#replace({ emoji, count: known.count - 1, userIds });
    this.#all = this.#all.filter(({ count }) => count > 0);
  }

  #replace(reaction: Reaction): void {
    this.#all = this.#all.map((one) => (one.emoji === reaction.emoji ? reaction : one));
  }
}
