import { z } from 'zod';
import { messageSchema, reactionSchema } from './message.ts';
import { roomSchema, seqSchema } from './room.ts';
import { userIdSchema, userSchema } from './user.ts';
import { idSchema } from './wire.ts';

const userCount = z.int().min(0);
const start = z.object({ room: roomSchema, messages: z.array(messageSchema), userCount });

/** A lasting change: the message as it is after it. `message.updatedSeq` is the change's place in the room. */
export const changeEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.created'), message: messageSchema }),
  z.object({ type: z.literal('message.updated'), message: messageSchema }),
]);
export type ChangeEvent = z.infer<typeof changeEventSchema>;

/**
 * A lasting change of which the message is not repeated: a user added an emoji to it (`on`) or took it back. `reaction` is
 * everyone who reacted with that emoji, as it is afterwards; nobody may be left. `seq` is the message's place, `updatedSeq` and
 * `updatedAt` those of this change.
 */
export const reactionEventSchema = z.object({
  type: z.literal('reaction.changed'),
  messageId: idSchema,
  seq: seqSchema,
  updatedSeq: seqSchema,
  updatedAt: z.date(),
  userId: userIdSchema,
  on: z.boolean(),
  reaction: reactionSchema,
});
export type ReactionEvent = z.infer<typeof reactionEventSchema>;

/** A passing event: not stored, and not repeated to one who was away. */
export const passingEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user.joined'), user: userSchema, userCount }),
  z.object({ type: z.literal('user.left'), user: userSchema, userCount }),
  z.object({ type: z.literal('presence'), userCount }),
  z.object({ type: z.literal('typing'), user: userSchema, isTyping: z.boolean() }),
]);
export type PassingEvent = z.infer<typeof passingEventSchema>;

/** The first event of a fresh watch, and the one that replaces a position which can't be served. */
export const startEventSchema = z.discriminatedUnion('type', [
  start.extend({ type: z.literal('snapshot') }),
  start.extend({ type: z.literal('reset') }),
]);
export type StartEvent = z.infer<typeof startEventSchema>;

/** All that a watcher of a room can receive. */
export const roomEventSchema = z.discriminatedUnion('type', [
  changeEventSchema,
  reactionEventSchema,
  passingEventSchema,
  startEventSchema,
]);
export type RoomEvent = z.infer<typeof roomEventSchema>;
