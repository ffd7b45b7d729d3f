import { z } from 'zod';
import { changeEventSchema, descriptionEventSchema, reactionEventSchema } from './event.ts';
import { locationSchema } from './geo.ts';
import { limits } from './limits.ts';
import { messageSchema } from './message.ts';
import { radiusSchema, roomSchema, seqSchema } from './room.ts';

/** The limits of neighbourhoods. They are not among `limits`, because pages load all of those. */
export const neighbourhoodLimits = {
  /** Rooms in reach: the nearest. */
  rooms: 32,
  /** Newest messages of a room that is entered. */
  history: 5,
  /** Characters in the id of an event. */
  idChars: 4_096,
  /** Neighbourhoods that one connection watches at a time. */
  perConnection: 4,
} as const;

/**
 * The id of an event of a neighbourhood: for each room in reach its id and position, joined by dots; `0` without rooms. An ObjectId is 16
 * base64url characters, another id is base64url between tildes. A position is number and time in base 36; it is left out in an empty room.
 */
const neighbourhoodIdPattern =
  /^(?:0|(?:[\w-]{16}|~[\w-]{1,700}~)(?:[0-9a-z]{1,10}-[0-9a-z]{1,10})?(?:\.(?:[\w-]{16}|~[\w-]{1,700}~)(?:[0-9a-z]{1,10}-[0-9a-z]{1,10})?)*)$/;

export const neighbourhoodInput = z.object({
  location: locationSchema,
  radius: radiusSchema.default(limits.searchRadiusDefault),
  /** The tracked id of the last event received, at this location or another. */
  lastEventId: z
    .string()
    .max(neighbourhoodLimits.idChars)
    .regex(neighbourhoodIdPattern, 'must be the id of an event of a neighbourhood')
    .optional(),
});

/** An event of one room, as its members get it. */
const roomChangeSchema = z.discriminatedUnion('type', [changeEventSchema, reactionEventSchema]);

/**
 * The events of a neighbourhood. `room.entered`: a room is in reach, with its newest messages; `reset` means that the room was in the stream
 * before, and the client's messages of it are replaced. `room.described`: its title and topic changed; `updatedSeq` is the change's number in
 * the room. `room.left`: it is no longer in reach. `ready`: every room in reach was entered or is continued.
 */
export const neighbourhoodEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('room.entered'),
    room: roomSchema,
    messages: z.array(messageSchema),
    reset: z.boolean(),
  }),
  descriptionEventSchema.extend({ roomId: z.string(), updatedSeq: seqSchema }),
  z.object({ type: z.literal('room.left'), roomId: z.string() }),
  z.object({ type: z.literal('event'), roomId: z.string(), event: roomChangeSchema }),
  z.object({ type: z.literal('ready') }),
]);
export type NeighbourhoodEvent = z.infer<typeof neighbourhoodEventSchema>;
