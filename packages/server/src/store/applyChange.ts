import { EarshotError, type Message, type Position } from '@earshot/shared/plain';
import { erasedUsername } from './personalData.ts';
import type { ReactionSet } from './reactionSet.ts';
import { shownReactions } from './reactionSummary.ts';
import type { MessageChange } from './store.ts';

/**
 * Applies a change to a message; returns null if it has no effect. The numbers stay as they are: the driver assigns the next one.
 * `reactions` are the reactions to this message, and are changed too. Throws `MESSAGE_DELETED`, `TOO_MANY_EMOJI` and
 * `TOO_MANY_OWN_REACTIONS`.
 */
export function applyChange(
  message: Message,
  change: MessageChange,
  { now, reactions }: { now: Date; reactions: ReactionSet },
): Message | null {
  if (change.type === 'delete' || change.type === 'remove') {
    if (message.deleted) return null;
    reactions.clear();
    const tombstone = { ...message, content: '', reactions: [], deleted: true };
    return change.type === 'remove' ? { ...tombstone, removedBy: 'moderator' } : tombstone;
  }
  if (change.type === 'erase') return eraseAuthor(message, change, reactions);
  if (message.deleted) throw new EarshotError('MESSAGE_DELETED');
  if (change.type === 'edit') {
    return change.content === message.content ? null : { ...message, content: change.content, editedAt: now };
  }
  return reactions.change(change) ? { ...message, reactions: shownReactions(reactions.summary) } : null;
}

function eraseAuthor(
  { clientMessageId: _, ...message }: Message,
  { userId, pseudonym }: Extract<MessageChange, { type: 'erase' }>,
  reactions: ReactionSet,
): Message | null {
  if (message.userId !== userId) return null;
  reactions.clear();
  return { ...message, userId: pseudonym, username: erasedUsername, content: '', reactions: [], deleted: true };
}

/** Returns the changed message with the position of its change. The fields keep the schema's order: see `PendingEchoes`. */
export function withPosition(message: Message, { seq, time }: Position): Message {
  const { editedAt, deleted, removedBy, reactions, ...rest } = message;
  const state = { editedAt, deleted, ...(removedBy && { removedBy }), reactions };
  return { ...rest, updatedSeq: seq, updatedAt: new Date(time), ...state };
}
