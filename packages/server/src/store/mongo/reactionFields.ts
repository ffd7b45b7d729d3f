import type { Reaction } from '@earshot/shared';
import { groupReactions } from '../reactionSummary.ts';
import type { MessageDocument } from './collections.ts';

type ReactionFields = Pick<MessageDocument, 'reactions' | 'reaction_counts'>;

/** What a message's document knows of its reactions: all people where it has no counts, else the first of each emoji. */
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

/** The reverse, for a summary. */
export const reactionFields = (summary: readonly Reaction[]): Required<ReactionFields> => ({
  reactions: summary.flatMap(({ emoji, userIds }) => userIds.map((user_id) => ({ user_id, emoji }))),
  reaction_counts: summary.map(({ emoji, count }) => ({ emoji, count })),
});
