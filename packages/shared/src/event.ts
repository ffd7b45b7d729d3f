import { z } from 'zod';
import { messageSchema, reactionSchema } from './message.ts';
import { ownSanctionSchema, roomRules } from './moderation.ts';
import { roleSchema } from './role.ts';
import { roomSchema, seqSchema } from './room.ts';
import { userIdSchema, userSchema } from './user.ts';
import { idSchema } from './wire.ts';

const userCount = z.int().min(0);
const start = z.object({ room: roomSchema, messages: z.array(messageSchema), userCount });

/** A stored change, with the message after it. `message.updatedSeq` is the change's number in the room. */
export const changeEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.created'), message: messageSchema }),
  z.object({ type: z.literal('message.updated'), message: messageSchema }),
]);
export type ChangeEvent = z.infer<typeof changeEventSchema>;

/**
 * A stored change without the message: a user added a reaction (`on`) or removed it. `reaction` has all users who react with this
 * emoji after the change; its `count` may be 0. `seq` is the message's number, `updatedSeq` and `updatedAt` are the number and
 * the time of this change.
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

/** A stored change: the title and the topic of the room, and the name to show, after it. */
export const descriptionEventSchema = z.object({
  type: z.literal('room.described'),
  name: z.string(),
  title: z.string().nullable(),
  topic: z.string().nullable(),
});
export type DescriptionEvent = z.infer<typeof descriptionEventSchema>;

/** An ephemeral event. It is not stored and not part of a replay. */
export const ephemeralEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user.joined'), user: userSchema, userCount }),
  z.object({ type: z.literal('user.left'), user: userSchema, userCount }),
  /** A user who stays present has another name now. */
  z.object({ type: z.literal('user.renamed'), user: userSchema, formerName: z.string() }),
  z.object({ type: z.literal('presence'), userCount }),
  /** The rules of the room have changed. Null and false: no rule. */
  z.object({ type: z.literal('room.rules'), ...roomRules }),
  /** A sanction of the user who watches, which other users don't receive. If it was lifted, `endsAt` is in the past. */
  ownSanctionSchema.extend({ type: z.literal('sanctioned') }),
  /** The role that the user who watches has in the room now. Other users don't receive it. */
  z.object({ type: z.literal('role.changed'), role: roleSchema }),
  z.object({ type: z.literal('typing'), user: userSchema, isTyping: z.boolean() }),
]);
export type EphemeralEvent = z.infer<typeof ephemeralEventSchema>;

/** The first event of a new watch, and of one whose position can't be resumed. */
export const startEventSchema = z.discriminatedUnion('type', [
  start.extend({ type: z.literal('snapshot') }),
  start.extend({ type: z.literal('reset') }),
]);
export type StartEvent = z.infer<typeof startEventSchema>;

/** All events that a watcher of a room can receive. */
export const roomEventSchema = z.discriminatedUnion('type', [
  changeEventSchema,
  reactionEventSchema,
  descriptionEventSchema,
  ephemeralEventSchema,
  startEventSchema,
]);
export type RoomEvent = z.infer<typeof roomEventSchema>;
