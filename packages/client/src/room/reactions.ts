import { limits, type Message, type ReactionEvent } from '@earshot/shared';

/** Applies a reaction to the message, unless it is for another message or the message is as late already. */
export function withReaction(message: Message, event: ReactionEvent): Message {
  if (event.messageId !== message.id || event.updatedSeq <= message.updatedSeq || message.deleted) return message;
  const { updatedSeq, updatedAt, reaction } = event;
  const known = message.reactions.findIndex(({ emoji }) => emoji === reaction.emoji);
  const reactions = message.reactions.toSpliced(
    known < 0 ? message.reactions.length : known,
    known < 0 ? 0 : 1,
    ...(reaction.count > 0 ? [reaction] : []),
  );
  return { ...message, updatedSeq, updatedAt, reactions: reactions.slice(0, limits.emojiPerMessage) };
}

/** The user's emoji on each message, by message id, for messages that do not list all reactors. */
export type OwnReactionsOf = ReadonlyMap<string, readonly string[]>;

/** Whether more users reacted to the message than it lists. */
export const hasHiddenReactors = ({ reactions }: Message): boolean =>
  reactions.some(({ count, userIds }) => count > userIds.length);

/** Adds or removes an emoji of the user on a message. An unknown message remains unknown. */
export function withOwn(
  own: OwnReactionsOf,
  { messageId, emoji, on }: { messageId: string; emoji: string; on: boolean },
): OwnReactionsOf {
  const emojis = own.get(messageId);
  if (emojis === undefined || emojis.includes(emoji) === on) return own;
  const changed = on ? [...emojis, emoji] : emojis.filter((other) => other !== emoji);
  return new Map(own).set(messageId, changed);
}

/** Removes the entries of these messages. */
export function withoutOwn(own: OwnReactionsOf, messageIds: readonly string[]): OwnReactionsOf {
  if (!messageIds.some((id) => own.has(id))) return own;
  const left = new Map(own);
  for (const id of messageIds) left.delete(id);
  return left;
}
