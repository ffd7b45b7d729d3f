import type { Reaction } from '@earshot/client';

/** All who reacted with one emoji. */
export interface ReactionCount {
  readonly emoji: string;
  readonly userIds: readonly string[];
}

/** By emoji, in the order in which each was used first. */
export function countReactions(reactions: readonly Reaction[]): ReactionCount[] {
  const users = new Map<string, string[]>();
  for (const { emoji, userId } of reactions) {
    const known = users.get(emoji);
    if (known) known.push(userId);
    else users.set(emoji, [userId]);
  }
  return [...users].map(([emoji, userIds]) => ({ emoji, userIds }));
}
