import { EarshotError, limits, type Message, type Position } from '@earshot/shared';
import type { MessageChange } from './store.ts';

/**
 * What a change makes of a message, or null when it alters nothing. The numbers are left as they are: giving the next
 * one is the driver's part. Throws `MESSAGE_DELETED` and `TOO_MANY_REACTIONS`.
 */
export function applyChange(message: Message, change: MessageChange, now: Date): Message | null {
  if (change.type === 'delete') {
    return message.deleted ? null : { ...message, content: '', reactions: [], deleted: true };
  }
  if (message.deleted) throw new EarshotError('MESSAGE_DELETED');
  if (change.type === 'edit') {
    return change.content === message.content ? null : { ...message, content: change.content, editedAt: now };
  }
  const { userId, emoji, on } = change;
  const others = message.reactions.filter((reaction) => reaction.userId !== userId || reaction.emoji !== emoji);
  if (on === others.length < message.reactions.length) return null;
  if (on && others.length >= limits.reactionsPerMessage) throw new EarshotError('TOO_MANY_REACTIONS');
  return { ...message, reactions: on ? [...others, { userId, emoji }] : others };
}

/** The message after its change, at the position that the change takes. The fields keep the schema's order: see `Echoes`. */
export function placeChange(message: Message, { seq, time }: Position): Message {
  const { editedAt, deleted, reactions, ...rest } = message;
  return { ...rest, updatedSeq: seq, updatedAt: new Date(time), editedAt, deleted, reactions };
}
