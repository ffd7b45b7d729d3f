import type { Message, User } from '@earshot/shared';
import { type PendingMessage, withoutStored } from '../outbox/pendingMessages.ts';
import type { MessageLog } from './messageLog.ts';
import { type OwnReactionsOf, withoutOwn } from './reactions.ts';
import type { RoomTimeline } from './roomTimeline.ts';

// Each function replaces one part of a timeline, and returns the timeline itself if the part is unchanged.

/** Shows a log in which these complete messages arrived. */
export function withMessages(state: RoomTimeline, log: MessageLog, arrived: readonly Message[]): RoomTimeline {
  const settled = withPending(state, withoutStored(state.pending, arrived));
  // A complete message may include reactions from the user's other devices.
  const stale = state.ownReactions.size === 0 ? [] : arrived.map(({ id }) => id);
  return withOwnReactions(withLog(settled, log), withoutOwn(state.ownReactions, stale));
}

export function withLog(state: RoomTimeline, log: MessageLog): RoomTimeline {
  if (log === state.log) return state;
  const hasOlder = log.from !== null && log.from > 1;
  return { ...state, log, messages: log.shown, hasOlder, hasNewer: log.to !== null };
}

export const withPending = (state: RoomTimeline, pending: readonly PendingMessage[]): RoomTimeline =>
  pending === state.pending ? state : { ...state, pending };

export const withOwnReactions = (state: RoomTimeline, ownReactions: OwnReactionsOf): RoomTimeline =>
  ownReactions === state.ownReactions ? state : { ...state, ownReactions };

export function withUserCount(state: RoomTimeline, userCount: number): RoomTimeline {
  return userCount === state.userCount ? state : { ...state, userCount };
}

export function withTyping(state: RoomTimeline, user: User): RoomTimeline {
  if (state.typing.some(({ userId }) => userId === user.userId)) return state;
  return { ...state, typing: [...state.typing, user] };
}

export function withoutTyping(state: RoomTimeline, userId: string): RoomTimeline {
  if (!state.typing.some((user) => user.userId === userId)) return state;
  return { ...state, typing: state.typing.filter((user) => user.userId !== userId) };
}
