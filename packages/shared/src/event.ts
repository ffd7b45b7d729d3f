import { z } from 'zod';
import { messageSchema } from './message.ts';
import { roomSchema } from './room.ts';
import { userSchema } from './user.ts';

const userCount = z.int().min(0);
const start = z.object({ room: roomSchema, messages: z.array(messageSchema), userCount });

/** A lasting change: the message as it is after it. `message.updatedSeq` is the change's place in the room. */
export const changeEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.created'), message: messageSchema }),
  z.object({ type: z.literal('message.updated'), message: messageSchema }),
]);
export type ChangeEvent = z.infer<typeof changeEventSchema>;

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
export const roomEventSchema = z.discriminatedUnion('type', [changeEventSchema, passingEventSchema, startEventSchema]);
export type RoomEvent = z.infer<typeof roomEventSchema>;
