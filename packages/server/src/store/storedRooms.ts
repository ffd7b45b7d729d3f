import type { Message, User } from '@earshot/shared';

export interface InactivityTimes {
  /** For rooms without messages. */
  idleBefore: Date;
  /** For rooms with messages; null: they are kept. */
  inactiveBefore: Date | null;
}

/** The title and topic of a room; null: none. */
export interface RoomDescription {
  /** The name to show: the title, or what the room is called without one. */
  name: string;
  title: string | null;
  topic: string | null;
}

/** A message, or the record of the room's title and topic, which is a message without content. */
export type LoggedMessage = Message & { description?: RoomDescription | undefined };

export interface DescribeRequest {
  roomId: string;
  user: User;
  /** Undefined: unchanged. */
  title: string | null | undefined;
  topic: string | null | undefined;
  /** What the room is called without a title. */
  label: string;
}

export interface StoredRoom {
  id: string;
  name: string;
  title: string | null;
  topic: string | null;
  /** The id of the user who made it; null if it is unknown. */
  createdBy: string | null;
  /** The map cell of its location; null if it has none. */
  cell: string | null;
  createdAt: Date;
  lastMessageAt: Date | null;
}

export interface NearbyPageSearch {
  cell: string;
  /** Metres. */
  radius: number;
  limit: number;
  /** The last room of the page before, which may be removed by now. */
  after?: { cell: string; roomId: string } | undefined;
}

export interface NewRoomRequest {
  cell: string;
  radius: number;
  /** The ids of rooms to pass over, because they do not let the user in. */
  except?: readonly string[] | undefined;
  /** The name of the room, if it is created. */
  name: string;
  createdBy: string;
}

export interface NamedRoomRequest {
  roomId: string;
  /** The name and the map cell of the room, if it is created; null: no location. */
  name: string;
  cell: string | null;
  createdBy: string;
}
