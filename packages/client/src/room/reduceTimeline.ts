import { reducePending, withoutStored } from '../outbox/pendingMessages.ts';
import { dropExpired, mergeMessages, trimLog, trimLogEnd } from './messageLog.ts';
import { withOwn } from './reactions.ts';
import type { RoomTimeline, TimelineAction } from './roomTimeline.ts';
import { receiveEvent } from './timelineEvents.ts';
import { appendPage, prependPage, startFromNewest } from './timelinePages.ts';
import { withLog, withOwnReactions, withoutTyping, withPending } from './timelineParts.ts';

/** Returns the timeline after an action. It is a pure function, and unchanged parts remain the same objects. */
export function reduceTimeline(state: RoomTimeline, action: TimelineAction): RoomTimeline {
  switch (action.type) {
    case 'received':
      return receiveEvent(state, action.event, action.id);
    case 'answered':
      return takeAnswer(state, action);
    case 'ownReactionsLoaded':
      return takeOwnReactions(state, action);
    case 'olderLoaded':
      return prependPage(state, action);
    case 'newerLoaded':
      return appendPage(state, action);
    case 'newestLoaded':
      return startFromNewest(state, action);
    case 'trimmed':
      return withLog(state, trimLog(state.log, action.keep));
    case 'expired':
      return withLog(state, dropExpired(state.log, action.before));
    case 'newestTrimmed':
      return withLog(state, trimLogEnd(state.log, action.keep));
    case 'sent':
    case 'failed':
    case 'delayed':
    case 'retried':
    case 'dropped':
      return withPending(state, reducePending(state.pending, action));
    case 'typingEnded':
      return withoutTyping(state, action.userId);
  }
}

function takeAnswer(state: RoomTimeline, { message, reacted }: Extract<TimelineAction, { type: 'answered' }>) {
  const settled = withPending(state, withoutStored(state.pending, [message]));
  const next = withLog(settled, mergeMessages(state.log, [message]));
  // An event that arrived before the response was at least as late.
  if (reacted === undefined || next.log === state.log) return next;
  return withOwnReactions(next, withOwn(state.ownReactions, { messageId: message.id, ...reacted }));
}

function takeOwnReactions(
  state: RoomTimeline,
  { epoch, answer }: Extract<TimelineAction, { type: 'ownReactionsLoaded' }>,
): RoomTimeline {
  if (epoch !== state.log.epoch) return state;
  const ownReactions = new Map(state.ownReactions);
  for (const { messageId, emojis } of answer.reactions) ownReactions.set(messageId, emojis);
  return { ...state, userId: answer.userId, ownReactions };
}
