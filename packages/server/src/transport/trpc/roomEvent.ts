import {
  changeTime,
  limits,
  type ReactionEvent,
  type RoomEvent,
  type ChangeEvent as SharedChangeEvent,
} from '@earshot/shared';
import type { ChangeEvent, FeedEvent } from '../../feed/envelope.ts';

/** The event as tRPC clients get it. For a reaction it holds only the reaction, because a message can be long. */
export function toRoomEvent(event: FeedEvent): RoomEvent {
  if (!('message' in event)) return event;
  const { description } = event.message;
  return description ? { type: 'room.described', ...description } : toChangeEvent(event);
}

/** A change as tRPC clients get it. */
export function toChangeEvent(event: ChangeEvent): SharedChangeEvent | ReactionEvent {
  return event.type === 'message.updated' ? toUpdate(event) : event;
}

function toUpdate({
  message,
  reacted,
}: Extract<ChangeEvent, { type: 'message.updated' }>): SharedChangeEvent | ReactionEvent {
  const whole = { type: 'message.updated', message } as const;
  if (reacted === undefined) return whole;
  const { userId, emoji, on } = reacted;
  const reaction = message.reactions.find((one) => one.emoji === emoji);
  // The emoji isn't shown because there are too many, or its removal made a hidden one visible.
  if (reaction === undefined && (on || message.reactions.length >= limits.emojiPerMessage)) return whole;
  return {
    type: 'reaction.changed',
    messageId: message.id,
    seq: message.seq,
    updatedSeq: message.updatedSeq,
    updatedAt: new Date(changeTime(message)),
    userId,
    on,
    reaction: reaction ?? { emoji, count: 0, userIds: [] },
  };
}
