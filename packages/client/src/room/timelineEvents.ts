import { parsePosition, type ReactionEvent, type RoomEvent } from '@earshot/shared';
import { emptyLog, extendLog, mergeMessages, mergeReaction } from './messageLog.ts';
import { withOwn } from './reactions.ts';
import type { RoomTimeline } from './roomTimeline.ts';
import { withLog, withMessages, withOwnReactions, withoutTyping, withTyping, withUserCount } from './timelineParts.ts';

/** Applies an event. The server expects its id on resume; the number in it is the position in the log, which restarts with a reset. */
export function receiveEvent(state: RoomTimeline, event: RoomEvent, id: string): RoomTimeline {
  const { seq } = parsePosition(id);
  const next = receive(state, event, seq);
  const isBehind = event.type !== 'reset' && seq < (state.position ?? 0);
  return isBehind || id === state.lastEventId ? next : { ...next, position: seq, lastEventId: id };
}

function receive(state: RoomTimeline, event: RoomEvent, seq: number): RoomTimeline {
  switch (event.type) {
    case 'snapshot':
    case 'reset':
      return start(state, event, seq);
    case 'message.created':
    case 'message.updated': {
      const { message } = event;
      const next = event.type === 'message.created' ? withoutTyping(state, message.userId) : state;
      return withMessages(next, mergeMessages(state.log, [message]), [message]);
    }
    case 'room.described': {
      const { name, title, topic } = event;
      const isOld = seq < (state.position ?? 0);
      return isOld || state.room === null ? state : { ...state, room: { ...state.room, name, title, topic } };
    }
    case 'reaction.changed':
      return takeReaction(state, event);
    case 'user.left':
      return withUserCount(withoutTyping(state, event.user.userId), event.userCount);
    case 'user.joined':
    case 'presence':
      return withUserCount(state, event.userCount);
    case 'user.renamed': // the next typing signal has the new name
      return withoutTyping(state, event.user.userId);
    case 'room.rules': {
      const { type: _type, ...rules } = event;
      return state.room === null ? state : { ...state, room: { ...state.room, ...rules } };
    }
    case 'role.changed':
      return { ...state, role: event.role };
    case 'sanctioned': {
      const { kind, scope, reason, endsAt } = event;
      return { ...state, sanction: { kind, scope, reason, endsAt } };
    }
    case 'typing':
      return event.isTyping ? withTyping(state, event.user) : withoutTyping(state, event.user.userId);
  }
}

function takeReaction(state: RoomTimeline, event: ReactionEvent): RoomTimeline {
  const next = withLog(state, mergeReaction(state.log, event));
  if (event.userId !== state.userId) return next;
  const { messageId, on, reaction } = event;
  return withOwnReactions(next, withOwn(next.ownReactions, { messageId, emoji: reaction.emoji, on }));
}

/**
 * A snapshot is merged with the known messages. A reset replaces them: changes to older pages may have been missed, and after a
 * restored backup even newer messages may be gone. Pending messages are kept, unless they are among the messages.
 */
function start(
  state: RoomTimeline,
  event: Extract<RoomEvent, { type: 'snapshot' | 'reset' }>,
  seq: number,
): RoomTimeline {
  const known = event.type === 'reset' ? { ...emptyLog, epoch: state.log.epoch + 1 } : state.log;
  const log = extendLog(known, event.messages[0]?.seq ?? seq + 1, event.messages);
  const typing = event.type === 'reset' ? [] : state.typing;
  return withMessages({ ...state, room: event.room, userCount: event.userCount, typing }, log, event.messages);
}
