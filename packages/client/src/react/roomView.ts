import type { Message, RoomState, RoomTarget, User } from '../index.ts';

/** What a room looks like now. Each part keeps its identity until it changes. */
export interface RoomViewState
  extends Pick<
    RoomState,
    'messages' | 'pending' | 'ownReactions' | 'userCount' | 'typing' | 'hasOlder' | 'hasNewer' | 'error'
  > {
  /**
   * `idle`: no room is asked for. `joining`: for the first time; `room` is not known yet. `connecting`: nothing comes for
   * now, and will again by itself. `live`: everything comes as it happens. `stopped`: nothing will come again until
   * `rejoin`; `error` tells why, null when the user left.
   */
  readonly status: 'idle' | 'joining' | RoomState['status'];
  readonly room: RoomState['room'] | null;
  /** Whether the room was made by this joining. */
  readonly isNew: boolean;
  /** Who is present, the user among them, in the order they were first seen; at most the 1,000 that the server lists. */
  readonly members: readonly User[];
  /** Whether a page of older messages is on its way. */
  readonly loadingOlder: boolean;
}

/**
 * What can be done in a room. The functions need no `this` and stay the same while the target does; after that they
 * still mean the room they came with. Before a room is joined they reject with `NOT_A_MEMBER`, but for `send`, `retry` and
 * `drop` where the target names the room by its id: what is written then goes out once the room is joined.
 */
export interface RoomActions {
  /**
   * Sends a message: it shows under `pending` at once, and goes out as soon as there is a connection. A failure shows
   * there too, so the promise may be ignored.
   */
  readonly send: (content: string) => Promise<Message>;
  /** Sends a message of `pending` again that failed. The promise may be ignored. */
  readonly retry: (clientMessageId: string) => Promise<Message>;
  /** Takes back a message of `pending` that failed or still waits its turn. Tells whether it did. */
  readonly drop: (clientMessageId: string) => boolean;
  /** Changes a message of the user. Rejects with an EarshotClientError. */
  readonly edit: (messageId: string, content: string) => Promise<Message>;
  /** Deletes a message of the user; a message without content stays in its place. Rejects with an EarshotClientError. */
  readonly remove: (messageId: string) => Promise<Message>;
  /** Adds the user's emoji to a message, or takes it away with `on` false. Rejects with an EarshotClientError. */
  readonly react: (messageId: string, emoji: string, on?: boolean) => Promise<Message>;
  /**
   * Loads the page before the oldest message shown: 50 messages, or `limit` (at most 100). Tells whether there are more.
   * The promise may be ignored: `loadingOlder` and `hasOlder` tell the same.
   */
  readonly loadOlder: (limit?: number) => Promise<boolean>;
  /** Lets go of the oldest messages beyond the newest `keep`; `loadOlder` gets them back. */
  readonly trim: (keep: number) => void;
  /**
   * Lets go of the newest messages, and of those that come, so that the oldest `keep` are left: for who reads far up where
   * much is said. `hasNewer` is then true, and `loadNewer` or `loadNewest` gets them back.
   */
  readonly trimNewest: (keep: number) => void;
  /**
   * Loads the page after the newest message shown, where the newest were let go of: 50 messages, or `limit` (at most
   * 100). Tells whether there are more.
   */
  readonly loadNewer: (limit?: number) => Promise<boolean>;
  /** Shows the newest messages, where they were let go of, instead of those that are shown. */
  readonly loadNewest: (limit?: number) => Promise<void>;
  /** Tells the others that the user types, or stopped. May be called at every key. */
  readonly setTyping: (isTyping: boolean) => void;
  /** Ends the membership: the room stops. Rejects with an EarshotClientError. */
  readonly leave: () => Promise<void>;
  /** Joins again after the room stopped; otherwise does nothing. */
  readonly rejoin: () => void;
}

/** A room as `useRoom` gives it: how it is, and what can be done in it. */
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
  typing: [],
  hasOlder: false,
  hasNewer: false,
  members: [],
  loadingOlder: false,
};

export const joiningRoom: RoomViewState = { ...idleRoom, status: 'joining' };

/** The same text for targets that mean the same. */
export function targetKey(target: RoomTarget): string {
  if ('roomId' in target) return `room ${target.roomId}`;
  const { location, searchRadius } = target;
  return `place ${location.latitude} ${location.longitude} ${searchRadius ?? ''}`;
}
