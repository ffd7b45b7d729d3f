import { limits, type Message, type ReactionEvent } from '@earshot/shared';

/** The message with a reaction to it taken in, unless it is another message or already as late. */
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

/** The emoji that a user has on each message, by the message's id, where the message itself does not name all people. */
export type OwnReactionsOf = ReadonlyMap<string, readonly string[]>;

/** Whether more people reacted to the message than it names. */
export const hasHiddenReactors = ({ reactions }: Message): boolean =>
  reactions.some(({ count, userIds }) => count > userIds.length);

/** What the user has on a message after adding an emoji or taking it back. Unknown stays unknown. */
export function withOwn(
  own: OwnReactionsOf,
  { messageId, emoji, on }: { messageId: string; emoji: string; on: boolean },
): OwnReactionsOf {
  const emojis = own.get(messageId);
  if (emojis === undefined || emojis.includes(emoji) === on) return own;
  const changed = on ? [...emojis, emoji] : emojis.filter((other) => other !== emoji);
  return new Map(own).set(messageId, changed);
}

/** Without what is known of these messages. */
export function withoutOwn(own: OwnReactionsOf, messageIds: readonly string[]): OwnReactionsOf {
  if (!messageIds.some((id) => own.has(id))) return own;
  const left = new Map(own);
  for (const id of messageIds) left.delete(id);
  return left;
}
