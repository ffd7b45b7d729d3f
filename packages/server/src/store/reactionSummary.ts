import { fullyQualified, limits, type Message, type Reaction } from '@earshot/shared/plain';

/** One reaction of one user. */
export interface OneReaction {
  userId: string;
  emoji: string;
}

/** Groups reactions by emoji, in the order in which they were made. One user's emoji in several forms counts as one reaction. */
export function groupReactions(reactions: readonly OneReaction[]): Reaction[] {
  const users = new Map<string, Set<string>>();
  for (const { userId, emoji: stored } of reactions) {
    const emoji = fullyQualified(stored);
    const known = users.get(emoji);
    if (known) known.add(userId);
    else users.set(emoji, new Set([userId]));
  }
  return [...users].map(([emoji, ids]) => ({ emoji, count: ids.size, userIds: [...ids] }));
}

/** Keeps only the first users of each emoji, as stored with a message. */
export const summarize = (reactions: readonly Reaction[]): Reaction[] =>
  reactions.map((one) =>
    one.userIds.length > limits.reactorsShown ? { ...one, userIds: one.userIds.slice(0, limits.reactorsShown) } : one,
  );

/** Returns the part of a summary that is sent with a message. Reactions from before the limit may have more emoji: the first are shown. */
export const shownReactions = (summary: Reaction[]): Message['reactions'] =>
  summary.length > limits.emojiPerMessage ? summary.slice(0, limits.emojiPerMessage) : summary;
