import type { Message, Room, RoomDescription, RoomState, RoomTarget, User } from '../index.ts';

/** The current state of a room. Each part keeps its identity until it changes. */
export interface RoomViewState
  extends Pick<
    RoomState,
    | 'messages'
    | 'pending'
    | 'ownReactions'
    | 'userCount'
    | 'role'
    | 'typing'
    | 'hasOlder'
    | 'hasNewer'
    | 'sanction'
    | 'error'
  > {
  /**
   * `idle`: there is no target. `joining`: the first join; `room` is not known yet. `connecting`: events are interrupted
   * and will resume. `live`: events arrive as they happen. `stopped`: events will not resume before
   * `rejoin`; `error` says why, and is null if the user left.
   */
  readonly status: 'idle' | 'joining' | RoomState['status'];
  readonly room: RoomState['room'] | null;
  /** Whether the join created the room. */
  readonly isNew: boolean;
  /** The users present, including the own user, in the order they were first seen; at most the 1,000 that the server lists. */
  readonly present: readonly User[];
  /** Whether a page of older messages is being loaded. */
  readonly loadingOlder: boolean;
}

/**
 * The actions of a room. The functions need no `this` and are stable for a target; after a change of the target they
 * still apply to their room. Before the join they reject with `NOT_A_MEMBER`, except `send`, `retry` and
 * `drop` if the target names the room by its id: messages are then sent after the join.
 */
export interface RoomActions {
  /**
   * Sends a message. It is added to `pending` at once, and sent as soon as there is a connection. `pending` shows a failure
   * too, so the promise may be ignored.
   */
  readonly send: (content: string) => Promise<Message>;
  /** Sends a failed message of `pending` again. The promise may be ignored. */
  readonly retry: (clientMessageId: string) => Promise<Message>;
  /** Removes a failed or waiting message from `pending`. Returns whether it did. */
  readonly drop: (clientMessageId: string) => boolean;
  /** Edits a message of the user. Rejects with an EarshotClientError. */
  readonly edit: (messageId: string, content: string) => Promise<Message>;
  /** Deletes a message of the user. A message without content remains. Rejects with an EarshotClientError. */
  readonly remove: (messageId: string) => Promise<Message>;
  /** Adds the user's emoji to a message, or removes it if `on` is false. Rejects with an EarshotClientError. */
  readonly react: (messageId: string, emoji: string, on?: boolean) => Promise<Message>;
  /** Sets the title and the topic of a room that the user made (`room.ownerId`). Rejects with an EarshotClientError. */
  readonly describe: (change: RoomDescription) => Promise<Room>;
  /**
   * Loads the page before the oldest message shown: 50 messages, or `limit` (at most 100). Resolves to whether there are more.
   * The promise may be ignored, because `loadingOlder` and `hasOlder` show the same.
   */
  readonly loadOlder: (limit?: number) => Promise<boolean>;
  /** Removes all but the newest `keep` messages; `loadOlder` loads them again. */
  readonly trim: (keep: number) => void;
  /**
   * Removes all but the oldest `keep` messages, and ignores new ones: for users who read old messages in a busy room.
   * `hasNewer` is then true, and `loadNewer` or `loadNewest` loads them again.
   */
  readonly trimNewest: (keep: number) => void;
  /**
   * Loads the page after the newest message shown, if the newest were removed: 50 messages, or `limit` (at most
   * 100). Resolves to whether there are more.
   */
  readonly loadNewer: (limit?: number) => Promise<boolean>;
  /** Replaces the messages shown by the newest ones, if those were removed. */
  readonly loadNewest: (limit?: number) => Promise<void>;
  /** Signals to the others that the user types or stopped typing. May be called for every key press. */
  readonly setTyping: (isTyping: boolean) => void;
  /** Ends the membership; the room is then `stopped`. Rejects with an EarshotClientError. */
  readonly leave: () => Promise<void>;
  /** Joins again if the room is `stopped`; otherwise does nothing. */
  readonly rejoin: () => void;
}

/** The result of `useRoom`: the state and the actions of a room. */
export interface RoomView extends RoomViewState, RoomActions {}

export const idleRoom: RoomViewState = {
  status: 'idle',
  error: null,
  room: null,
  isNew: false,
  messages: [],
  pending: [],
  ownReactions: new Map(),
  userCount: 0,
  role: null,
  typing: [],
  hasOlder: false,
  hasNewer: false,
  sanction: null,
  present: [],
  loadingOlder: false,
};

export const joiningRoom: RoomViewState = { ...idleRoom, status: 'joining' };

/** A key that is equal for equal targets. */
export function targetKey(target: RoomTarget): string {
  if ('roomId' in target) return `room ${target.roomId}`;
  const { location, searchRadius } = target;
  return `location ${location.latitude} ${location.longitude} ${searchRadius ?? ''}`;
}
