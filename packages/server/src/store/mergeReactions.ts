import { fullyQualified, type Reaction } from '@earshot/shared';

/** Stored reactions as they are shown: of one user, an emoji that was stored in several forms is one reaction. */
export function mergeReactions(reactions: readonly Reaction[]): Reaction[] {
  const merged = new Map<string, Reaction>();
  for (const { userId, emoji: stored } of reactions) {
    const emoji = fullyQualified(stored);
    const key = `${emoji} ${userId}`;
    if (!merged.has(key)) merged.set(key, { userId, emoji });
  }
  return [...merged.values()];
}
