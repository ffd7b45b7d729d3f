import type { Message } from '@earshot/shared';
import type { Collection, MongoClient } from 'mongodb';
import type { MessageDocument, ReactionDocument } from '../collections.ts';
import type { LastMessageTimes } from '../rooms/lastMessageTimes.ts';
import type { RoomHeads } from './roomHeads.ts';
import type { SharedInserts } from './sharedInserts.ts';

/** The dependencies of writes to a room's log. */
export interface LogContext {
  client: MongoClient;
  messages: Collection<MessageDocument>;
  reactions: Collection<ReactionDocument>;
  /** Removes the remaining reactions of a deleted message in the background: there may be very many. */
  removeReactions: (messageId: MessageDocument['_id']) => void;
  inserts: SharedInserts;
  roomHeads: RoomHeads;
  lastMessageTimes: LastMessageTimes;
  /** Returns milliseconds since 1970. */
  clock: () => number;
}

/** The result of a write: the current message, and whether this call produced it. */
export interface Written {
  message: Message;
  isNew: boolean;
}
