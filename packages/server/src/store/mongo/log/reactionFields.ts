import type { Reaction } from '@earshot/shared';
import { groupReactions } from '../../reactionSummary.ts';
import type { MessageDocument } from '../collections.ts';

type ReactionFields = Pick<MessageDocument, 'reactions' | 'reaction_counts'>;

/** Returns the reactions in a message's document: all users if it has no counts, otherwise the first users of each emoji. */
export function knownReactions({ reactions, reaction_counts: counts }: ReactionFields): Reaction[] {
  if (reactions.length === 0) return [];
  if (counts === undefined) {
    return groupReactions(reactions.map(({ user_id: userId, emoji }) => ({ userId, emoji })));
  }
  const users = Map.groupBy(reactions, ({ emoji }) => emoji);
  return counts.map(({ emoji, count }) => ({
    emoji,
    count,
    userIds: (users.get(emoji) ?? []).map(({ user_id }) => user_id),
  }));
}

/** The reverse of `knownReactions`, for a summary. */
export const reactionFields = (summary: readonly Reaction[]): Required<ReactionFields> => ({
  reactions: summary.flatMap(({ emoji, userIds }) => userIds.map((user_id) => ({ user_id, emoji }))),
  reaction_counts: summary.map(({ emoji, count }) => ({ emoji, count })),
});
