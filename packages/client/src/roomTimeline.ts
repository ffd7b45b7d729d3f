import type { HistoryPage, Message, Room, RoomEvent, User } from '@earshot/shared';
import type { EarshotClientError } from './errors.ts';
import { emptyLog, extendLog, type MessageLog, mergeMessages, trimLog } from './messageLog.ts';

/** A message that the user sent and the room does not show yet. */
export interface PendingMessage {
  readonly clientMessageId: string;
  /** The sender, where the client knows it: a message settles this one only when it is the same user's. */
  readonly userId: string | null;
  readonly content: string;
  readonly sentAt: Date;
  /** `failed`: it will not be sent unless the user asks for it again. */
  readonly status: 'pending' | 'failed';
  /** Why it failed; null while pending. */
  readonly error: EarshotClientError | null;
  /** Why the server would not take a pending one yet, such as `RATE_LIMITED`; it is sent again by itself. */
  readonly delay: EarshotClientError | null;
}

/** A room as one client sees it. */
export interface RoomTimeline {
  readonly room: Room | null;
  /** In the order of `seq`, each once, without a hole. */
  readonly messages: readonly Message[];
  /** In the order of sending, to be shown after `messages`. */
  readonly pending: readonly PendingMessage[];
  /** The sequence number to resume from; null before the room's first event. */
  readonly position: number | null;
  readonly userCount: number;
  /** Who is typing, in the order they began. */
  readonly typing: readonly User[];
  /** Whether the room has messages before the first of `messages`. */
  readonly hasOlder: boolean;
  readonly log: MessageLog;
}

export type TimelineAction =
  /** An event of the room, with its tracked sequence number. */
  | { type: 'received'; event: RoomEvent; seq: number }
  /** The answer to a send, an edit, a removal or a reaction. */
  | { type: 'answered'; message: Message }
  /** A page of history that lies before `before`. */
  | { type: 'olderLoaded'; before: number; page: HistoryPage }
  /** The oldest messages are let go of, until `keep` are left. */
  | { type: 'trimmed'; keep: number }
  | { type: 'sent'; message: Pick<PendingMessage, 'clientMessageId' | 'userId' | 'content' | 'sentAt'> }
  | { type: 'failed'; clientMessageId: string; error: EarshotClientError }
  /** It is sent again, after a while; null: nothing keeps it but the connection. */
  | { type: 'delayed'; clientMessageId: string; error: EarshotClientError | null }
  | { type: 'retried'; clientMessageId: string }
  | { type: 'dropped'; clientMessageId: string }
  /** Somebody's typing has not been heard of for a while. */
  | { type: 'typingEnded'; userId: string };

export const emptyTimeline: RoomTimeline = {
  room: null,
  messages: [],
  pending: [],
  position: null,
  userCount: 0,
  typing: [],
  hasOlder: false,
  log: emptyLog,
};

const unsent = { status: 'pending', error: null, delay: null } as const;

/** The timeline after an action. Pure; what an action does not change stays the same object. */
export function reduceTimeline(state: RoomTimeline, action: TimelineAction): RoomTimeline {
  switch (action.type) {
    case 'received':
      return withPosition(receive(state, action.event, action.seq), action);
    case 'answered':
      return withMessages(state, mergeMessages(state.log, [action.message]), [action.message]);
    case 'olderLoaded':
      return prependPage(state, action);
    case 'trimmed':
      return withLog(state, trimLog(state.log, action.keep));
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
    case 'user.left':
      return withUserCount(withoutTyping(state, event.user.userId), event.userCount);
    case 'user.joined':
    case 'presence':
      return withUserCount(state, event.userCount);
    case 'typing':
      return event.isTyping ? withTyping(state, event.user) : withoutTyping(state, event.user.userId);
  }
}

/**
 * A snapshot joins what is known. A reset replaces it: older pages may have changed unheard of, and after a loss in the
 * store even newer messages may never have been. Neither touches what is pending, unless it is among the messages.
 */
function start(
  state: RoomTimeline,
  event: Extract<RoomEvent, { type: 'snapshot' | 'reset' }>,
  seq: number,
): RoomTimeline {
  const known = event.type === 'reset' ? emptyLog : state.log;
  const log = extendLog(known, event.messages[0]?.seq ?? seq + 1, event.messages);
  const typing = event.type === 'reset' ? [] : state.typing;
  return withMessages({ ...state, room: event.room, userCount: event.userCount, typing }, log, event.messages);
}

function withPosition(state: RoomTimeline, { event, seq }: { event: RoomEvent; seq: number }): RoomTimeline {
  const position = event.type === 'reset' ? seq : Math.max(state.position ?? 0, seq);
  return position === state.position ? state : { ...state, position };
}

/** A page that was asked for before a reset or a trimming no longer adjoins what is shown. */
function prependPage(state: RoomTimeline, { before, page }: { before: number; page: HistoryPage }): RoomTimeline {
  if (state.log.from !== before) return state;
  const from = page.hasMore ? (page.messages[0]?.seq ?? before) : 1;
  return withMessages(state, extendLog(state.log, from, page.messages), page.messages);
}

function withMessages(state: RoomTimeline, log: MessageLog, arrived: readonly Message[]): RoomTimeline {
  const settled = withPending(state, (pending) => !arrived.some((message) => settles(message, pending)));
  return withLog(settled, log);
}

function withLog(state: RoomTimeline, log: MessageLog): RoomTimeline {
  if (log === state.log) return state;
  return { ...state, log, messages: log.shown, hasOlder: log.from !== null && log.from > 1 };
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
