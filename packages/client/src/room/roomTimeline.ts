import type {
  HistoryPage,
  Message,
  OwnReactionsAnswer,
  OwnSanction,
  Role,
  Room,
  RoomEvent,
  User,
} from '@earshot/shared';
import type { PendingChange, PendingMessage } from '../outbox/pendingMessages.ts';
import { emptyLog, type MessageLog } from './messageLog.ts';
import type { OwnReactionsOf } from './reactions.ts';

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
  /** The user's role in the room since it changed; null until then: `roles.own` returns it. */
  readonly role: Role | null;
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
  /** The latest mute or ban of the user that was announced while the room was watched; null for none. It may have ended since. */
  readonly sanction: OwnSanction | null;
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
  /** Removes the messages from before that time, in milliseconds since 1970. */
  | { type: 'expired'; before: number }
  /** Removes the newest messages, so that `keep` (at least one) remain. */
  | { type: 'newestTrimmed'; keep: number }
  | PendingChange
  /** A user's typing was not repeated for a while. */
  | { type: 'typingEnded'; userId: string };

export const emptyTimeline: RoomTimeline = {
  room: null,
  messages: [],
  pending: [],
  ownReactions: new Map(),
  userId: null,
  role: null,
  position: null,
  lastEventId: null,
  userCount: 0,
  typing: [],
  hasOlder: false,
  hasNewer: false,
  sanction: null,
  log: emptyLog,
};
