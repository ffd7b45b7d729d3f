import { z } from 'zod';
import { emojiSchema } from './emoji.ts';
import { limits } from './limits.ts';
import { reasonSchema } from './reason.ts';
import { roomIdSchema, seqSchema } from './room.ts';
import { identifierSchema, paragraphSchema } from './text.ts';
import { userIdSchema } from './user.ts';
import { idSchema, isId } from './wire.ts';

/** The sender's id for a message. Sending it again with the same id returns the first result. */
export const clientMessageIdSchema = identifierSchema(limits.clientMessageIdChars);

/**
 * The users who reacted to a message with one emoji. `count` is their number; `userIds` has the first `limits.reactorsShown` of
 * them, in the order in which they reacted.
 */
export const reactionSchema = z.object({ emoji: z.string(), count: z.int().min(0), userIds: z.array(userIdSchema) });
export type Reaction = z.infer<typeof reactionSchema>;

/**
 * A message in a room. `seq` is its number in the room and never changes. `updatedSeq` is the number of its latest change, equal to
 * `seq` if it is unchanged. `updatedAt` is the time of that change, omitted if it equals `timestamp`. A deleted message
 * remains as a tombstone with empty `content` and no `reactions`; `removedBy` is set if a moderator deleted it. `reactions` has an entry for each emoji, at most
 * `limits.emojiPerMessage`, in the order in which the emoji were first used.
 */
export const messageSchema = z.object({
  id: idSchema,
  roomId: z.string(),
  seq: seqSchema,
  updatedSeq: seqSchema,
  userId: z.string(),
  username: z.string(),
  content: z.string(),
  clientMessageId: z.string().optional(),
  timestamp: z.date(),
  updatedAt: z.date().optional(),
  editedAt: z.date().nullable(),
  deleted: z.boolean(),
  removedBy: z.literal('moderator').optional(),
  reactions: z.array(reactionSchema),
});
export type Message = z.infer<typeof messageSchema>;

export const sendInput = z.object({
  roomId: roomIdSchema,
  content: paragraphSchema,
  clientMessageId: clientMessageIdSchema.optional(),
});

const messageRef = z.object({ roomId: roomIdSchema, messageId: idSchema });
export const editInput = messageRef.extend({ content: paragraphSchema });
export const deleteInput = messageRef;
/** `reason`: for the audit log. */
export const removeInput = messageRef.extend({ reason: reasonSchema.optional() });
export const reactInput = messageRef.extend({ emoji: emojiSchema, on: z.boolean() });

function isFewIds(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= limits.ownReactionsMax && value.every(isId);
}

/** Requests the caller's emoji on each of these messages. */
export const ownReactionsInput = z.object({
  roomId: roomIdSchema,
  // Reports one issue for the whole list. An array schema reports one for each element, before it checks their number.
  messageIds: z.custom<string[]>(isFewIds, `must be 1 to ${limits.ownReactionsMax} ids of 24 hex digits`),
});
// These are aliases, because the build expands the types of the API (scripts/flatTypes.ts) and can't expand interfaces.
/** One user's emoji on one message. */
export type OwnReactions = {
  messageId: string;
  emojis: string[];
};

/** The caller's id, and the caller's emoji on each of the messages, in the requested order. */
export type OwnReactionsAnswer = {
  userId: string;
  reactions: OwnReactions[];
};

/** Requests the page of history before or after a number, or the newest page without either. */
export const historyInput = z
  .object({
    roomId: roomIdSchema,
    before: seqSchema.optional(),
    after: z.int().min(0).optional(),
    limit: z.int().min(1).max(limits.historyMax).default(limits.historyDefault),
  })
  .refine((input) => input.before === undefined || input.after === undefined, 'give `before` or `after`, not both');

/** The caller's messages in all rooms, newest first. `next` is null at the end. */
export type OwnMessagesPage = { messages: Message[]; next: string | null };

/**
 * Messages, oldest first. `hasMore`: there are more messages in the requested direction. `next`: where they begin (the `before` or `after` of the
 * next page), if the messages read last are not visible to the caller; there may be none in `messages` then.
 */
export const historyPageSchema = z.object({
  messages: z.array(messageSchema),
  hasMore: z.boolean(),
  next: seqSchema.optional(),
});
export type HistoryPage = z.infer<typeof historyPageSchema>;
