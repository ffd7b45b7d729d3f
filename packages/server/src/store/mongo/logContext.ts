import type { Message } from '@earshot/shared';
import type { Collection, MongoClient } from 'mongodb';
import type { MessageDocument, ReactionDocument } from './collections.ts';
import type { LastMessageTimes } from './lastMessageTimes.ts';
import type { SharedInserts } from './sharedInserts.ts';
import type { Tails } from './tails.ts';

/** What writing to a room's log works with. */
export interface LogContext {
  client: MongoClient;
  messages: Collection<MessageDocument>;
  reactions: Collection<ReactionDocument>;
  /** Removes what is left of a deleted message's reactions, in the background: they can be very many. */
  removeReactions: (messageId: MessageDocument['_id']) => void;
  inserts: SharedInserts;
  tails: Tails;
  lastMessageTimes: LastMessageTimes;
  /** Milliseconds since 1970. */
  clock: () => number;
}

/** What a write came to: the message as it is now, and whether this call made it so. */
export interface Written {
  message: Message;
  fresh: boolean;
}
