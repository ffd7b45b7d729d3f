import { z } from 'zod';
import { emojiSchema } from './emoji.ts';
import { limits } from './limits.ts';
import { roomIdSchema, seqSchema } from './room.ts';
import { identifierSchema, paragraphSchema } from './text.ts';
import { userIdSchema } from './user.ts';
import { idSchema, isId } from './wire.ts';

/** The sender's own name for a message: a repeat under the same one returns the first result. */
export const clientMessageIdSchema = identifierSchema(limits.clientMessageIdChars);

/**
 * Everyone who reacted to a message with one emoji. `count`: how many people; `userIds`: the first `limits.reactorsShown` of
 * them, in the order in which they reacted.
 */
export const reactionSchema = z.object({ emoji: z.string(), count: z.int().min(0), userIds: z.array(userIdSchema) });
export type Reaction = z.infer<typeof reactionSchema>;

/**
 * A message in a room. `seq` is its place in the room for good; `updatedSeq` the place of its latest change, equal to
 * `seq` when unchanged; `updatedAt` the time of that change, left out where it is the same as `timestamp`. A deleted message
 * stays as a tombstone: `content` empty, `reactions` none. `reactions` has an entry for each emoji, `limits.emojiPerMessage` at
 * most, in the order in which the emoji were first used.
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
export const reactInput = messageRef.extend({ emoji: emojiSchema, on: z.boolean() });

function isFewIds(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= limits.ownReactionsMax && value.every(isId);
}

/** Asks which emoji the caller has on each of these messages. */
export const ownReactionsInput = z.object({
  roomId: roomIdSchema,
  // One issue for the whole list. An array's schema makes one for each element, before it looks how many there are.
  messageIds: z.custom<string[]>(isFewIds, `must be 1 to ${limits.ownReactionsMax} ids of 24 hex digits`),
});
// Aliases, not interfaces: the build writes the types of the API out (scripts/flatTypes.ts), and follows aliases alone.
/** One user's emoji on one message. */
export type OwnReactions = {
  messageId: string;
  emojis: string[];
};

/** The answer: who the caller is, and the caller's emoji on each of the messages, in the order asked for. */
export type OwnReactionsAnswer = {
  userId: string;
  reactions: OwnReactions[];
};

/** A page of history lies before one place or after another; without either it is the newest. */
export const historyInput = z
  .object({
    roomId: roomIdSchema,
    before: seqSchema.optional(),
    after: z.int().min(0).optional(),
    limit: z.int().min(1).max(limits.historyMax).default(limits.historyDefault),
  })
  .refine((input) => input.before === undefined || input.after === undefined, 'give `before` or `after`, not both');

/** Messages oldest first; `hasMore` tells whether the direction asked for goes on. */
export const historyPageSchema = z.object({ messages: z.array(messageSchema), hasMore: z.boolean() });
export type HistoryPage = z.infer<typeof historyPageSchema>;
