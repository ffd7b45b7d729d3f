import {
  type HistoryPage,
  type Message,
  type OwnReactionsAnswer,
  parsePosition,
  type ReactionEvent,
  type Room,
  type RoomEvent,
  type User,
} from '@earshot/shared';
import type { EarshotClientError } from '../errors.ts';
import {
  emptyLog,
  extendLog,
  extendLogEnd,
  type MessageLog,
  mergeMessages,
  mergeReaction,
  outsideMax,
  trimLog,
  trimLogEnd,
} from './messageLog.ts';
import { type OwnReactionsOf, withOwn, withoutOwn } from './reactions.ts';

/** A message of the user that is not in the room yet. */
export interface PendingMessage {
  readonly clientMessageId: string;
  /** The sender, if known. Only a message of the same user replaces this one. */
  readonly userId: string | null;
  readonly content: string;
  readonly sentAt: Date;
  /** `failed`: it is not sent unless the user retries. */
  readonly status: 'pending' | 'failed';
  /** Why it failed; null while pending. */
  readonly error: EarshotClientError | null;
  /** Why the server does not accept a pending message yet, such as `RATE_LIMITED`. It is retried automatically. */
  readonly delay: EarshotClientError | null;
}

/** The state of a room in one client. */
export interface RoomTimeline {
  readonly room: Room | null;
  /** In the order of `seq`, each once, without gaps. */
  readonly messages: readonly Message[];
  /** In the order of sending, to be shown after `messages`. */
  readonly pending: readonly PendingMessage[];
  /**
   * The user's own emoji, by message id, on messages with more reactors than they list. A message without
   * an entry is being loaded.
   */
  readonly ownReactions: OwnReactionsOf;
  /** The user's id, if known. */
  readonly userId: string | null;
  /** The number of the last change received; null before the room's first event. */
  readonly position: number | null;
  /** The id of the event to resume from; null before the room's first event. */
  readonly lastEventId: string | null;
  readonly userCount: number;
  /** The users who are typing, in the order they started. */
  readonly typing: readonly User[];
  /** Whether the room has messages before the first of `messages`. */
  readonly hasOlder: boolean;
  /** Whether the room has messages after the last of `messages`, which were trimmed. */
  readonly hasNewer: boolean;
  readonly log: MessageLog;
}

/**
 * Pages must be requested one at a time, because a late one may be older than messages that were trimmed since. `epoch` is that of
 * the log when the page was requested.
 */
export type TimelineAction =
  /** An event of the room, with its tracked id. */
  | { type: 'received'; event: RoomEvent; id: string }
  /** The response to a send, an edit, a removal or a reaction. `reacted`: the reaction. */
  | { type: 'answered'; message: Message; reacted?: { emoji: string; on: boolean } | undefined }
  /** The user's own emoji on messages. */
  | { type: 'ownReactionsLoaded'; epoch: number; answer: OwnReactionsAnswer }
  /** The page of history before `before`. */
  | { type: 'olderLoaded'; epoch: number; before: number; page: HistoryPage }
  /** The page of history after `after`, requested at the position `asOf`. */
  | { type: 'newerLoaded'; epoch: number; after: number; asOf: number; page: HistoryPage }
  /** The newest page of history, which replaces `log`. It was requested at the position `asOf`. */
  | { type: 'newestLoaded'; log: Pick<MessageLog, 'epoch' | 'from' | 'to'>; asOf: number; page: HistoryPage }
  /** Removes the oldest messages, so that `keep` remain. */
  | { type: 'trimmed'; keep: number }
  /** Removes the newest messages, so that `keep` (at least one) remain. */
  | { type: 'newestTrimmed'; keep: number }
  | { type: 'sent'; message: Pick<PendingMessage, 'clientMessageId' | 'userId' | 'content' | 'sentAt'> }
  | { type: 'failed'; clientMessageId: string; error: EarshotClientError }
  /** It will be retried after a while; null: it waits only for the connection. */
  | { type: 'delayed'; clientMessageId: string; error: EarshotClientError | null }
  | { type: 'retried'; clientMessageId: string }
  | { type: 'dropped'; clientMessageId: string }
  /** A user's typing was not repeated for a while. */
  | { type: 'typingEnded'; userId: string };

export const emptyTimeline: RoomTimeline = {
  room: null,
  messages: [],
  pending: [],
  ownReactions: new Map(),
  userId: null,
  position: null,
  lastEventId: null,
  userCount: 0,
  typing: [],
  hasOlder: false,
  hasNewer: false,
  log: emptyLog,
};

const unsent = { status: 'pending', error: null, delay: null } as const;

/** Returns the timeline after an action. It is a pure function, and unchanged parts remain the same objects. */
export function reduceTimeline(state: RoomTimeline, action: TimelineAction): RoomTimeline {
  switch (action.type) {
    case 'received':
      return receiveAt(state, action.event, action.id);
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
    case 'newestTrimmed':
      return withLog(state, trimLogEnd(state.log, action.keep));
    case 'sent':
      return { ...state, pending: [...state.pending, { ...action.message, ...unsent }] };
    case 'failed':
      return updatePending(state, action.clientMessageId, { ...unsent, status: 'failed', error: action.error });
    case 'delayed':
      return updatePending(state, action.clientMessageId, { ...unsent, delay: action.error });
    case 'retried':
      return updatePending(state, action.clientMessageId, unsent);
    case 'dropped':
      return withPending(state, (pending) => pending.clientMessageId !== action.clientMessageId);
    case 'typingEnded':
      return withoutTyping(state, action.userId);
  }
}

/** Applies an event. The server expects its id on resume; the number in it is the position in the log, which restarts with a reset. */
function receiveAt(state: RoomTimeline, event: RoomEvent, id: string): RoomTimeline {
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
    case 'reaction.changed':
      return takeReaction(state, event);
    case 'user.left':
      return withUserCount(withoutTyping(state, event.user.userId), event.userCount);
    case 'user.joined':
    case 'presence':
      return withUserCount(state, event.userCount);
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

function takeAnswer(state: RoomTimeline, { message, reacted }: Extract<TimelineAction, { type: 'answered' }>) {
  const settled = withPending(state, (pending) => !settles(message, pending));
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

const withOwnReactions = (state: RoomTimeline, ownReactions: OwnReactionsOf): RoomTimeline =>
  ownReactions === state.ownReactions ? state : { ...state, ownReactions };

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

/**
 * Ignores a page requested before trimming, because it no longer adjoins `messages`, and one from before a reset, because
 * it may be of a lost history.
 */
function prependPage(
  state: RoomTimeline,
  { epoch, before, page }: { epoch: number; before: number; page: HistoryPage },
): RoomTimeline {
  if (state.log.epoch !== epoch || state.log.from !== before) return state;
  const from = page.hasMore ? (page.messages[0]?.seq ?? before) : 1;
  return withMessages(state, extendLog(state.log, from, page.messages), page.messages);
}

/**
 * The last page completes the messages: together with those that arrived since it was requested, nothing is missing.
 * If more arrived than `outside` keeps, another page must be requested.
 */
function appendPage(
  state: RoomTimeline,
  { epoch, after, asOf, page }: { epoch: number; after: number; asOf: number; page: HistoryPage },
): RoomTimeline {
  if (state.log.epoch !== epoch || state.log.to !== after) return state;
  const isWhole = !page.hasMore && remembersSince(state, asOf);
  const to = isWhole ? null : (page.messages.at(-1)?.seq ?? after);
  return withMessages(state, extendLogEnd(state.log, to, page.messages), page.messages);
}

function startFromNewest(
  state: RoomTimeline,
  { log, asOf, page }: Extract<TimelineAction, { type: 'newestLoaded' }>,
): RoomTimeline {
  const { epoch, from, to, outside, shown } = state.log;
  if (epoch !== log.epoch || to === null || to !== log.to || from !== log.from || !remembersSince(state, asOf))
    return state;
  const start = page.hasMore ? (page.messages[0]?.seq ?? 1) : 1;
  // Shown messages may have changed since the page was requested.
  const known = shown.filter(({ seq }) => seq >= start);
  const next = extendLog({ ...emptyLog, epoch, outside: [...outside, ...known] }, start, page.messages);
  return withMessages(state, next, page.messages);
}

/** Whether all changes since the position are still known, although they are not shown. */
const remembersSince = ({ position }: RoomTimeline, asOf: number) => (position ?? 0) - asOf <= outsideMax;

function withMessages(state: RoomTimeline, log: MessageLog, arrived: readonly Message[]): RoomTimeline {
  const settled = withPending(state, (pending) => !arrived.some((message) => settles(message, pending)));
  // A complete message may include reactions from the user's other devices.
  const stale = state.ownReactions.size === 0 ? [] : arrived.map(({ id }) => id);
  return withOwnReactions(withLog(settled, log), withoutOwn(state.ownReactions, stale));
}

function withLog(state: RoomTimeline, log: MessageLog): RoomTimeline {
  if (log === state.log) return state;
  const hasOlder = log.from !== null && log.from > 1;
  return { ...state, log, messages: log.shown, hasOlder, hasNewer: log.to !== null };
}

function settles(message: Message, { clientMessageId, userId }: PendingMessage): boolean {
  return message.clientMessageId === clientMessageId && (userId === null || userId === message.userId);
}

function withPending(state: RoomTimeline, keep: (pending: PendingMessage) => boolean): RoomTimeline {
  return state.pending.every(keep) ? state : { ...state, pending: state.pending.filter(keep) };
}

function updatePending(
  state: RoomTimeline,
  clientMessageId: string,
  change: Pick<PendingMessage, 'status' | 'error' | 'delay'>,
): RoomTimeline {
  const at = state.pending.findIndex((pending) => pending.clientMessageId === clientMessageId);
  const pending = state.pending[at];
  return pending === undefined ? state : { ...state, pending: state.pending.with(at, { ...pending, ...change }) };
}

function withUserCount(state: RoomTimeline, userCount: number): RoomTimeline {
  return userCount === state.userCount ? state : { ...state, userCount };
}

function withTyping(state: RoomTimeline, user: User): RoomTimeline {
  if (state.typing.some(({ userId }) => userId === user.userId)) return state;
  return { ...state, typing: [...state.typing, user] };
}

function withoutTyping(state: RoomTimeline, userId: string): RoomTimeline {
  if (!state.typing.some((user) => user.userId === userId)) return state;
  return { ...state, typing: state.typing.filter((user) => user.userId !== userId) };
}
