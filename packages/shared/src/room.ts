import { z } from 'zod';
import { areaSchema } from './area.ts';
import { locationSchema } from './geo.ts';
import { limits } from './limits.ts';
import { positionPattern } from './position.ts';
import { identifierSchema, lineSchema } from './text.ts';

/** A room's id: an ObjectId in hex for a room that was created at a location, or the name that legacy clients gave it. */
export const roomIdSchema = identifierSchema(limits.roomIdChars);

/** The number of a change in a room's log: 1, 2, 3 ... */
export const seqSchema = z.int().min(1);

/**
 * The public view of a room. `place` is the centre of its map cell (edges of about half a kilometre), never
 * the point where it was created; null for a room without a location. `userCount` is the number of users present.
 * `name` can be shown: the title, or else an English label, or the name that users chose. `area` is the data of the label, for other
 * languages; null for a chosen name, and where no place is near: the name then has the coordinates. `title` and `topic` are what the owner
 * wrote; null: nothing. `ownerId` is the user who made the room; null if that is
 * unknown, and for callers without an identity. The rest is there if moderators restrict the room, or messages expire:
 * `messageTtlMs` milliseconds after they were sent.
 */
export const roomSchema = z.object({
  id: z.string(),
  name: z.string(),
  title: z.string().nullable(),
  topic: z.string().nullable(),
  ownerId: z.string().nullable(),
  area: areaSchema.nullable(),
  place: locationSchema.nullable(),
  createdAt: z.date(),
  lastMessageAt: z.date().nullable(),
  userCount: z.int().min(0),
  slowModeMs: z.number().nullable().optional(),
  isLocked: z.boolean().optional(),
  isClosed: z.boolean().optional(),
  messageTtlMs: z.number().nullable().optional(),
});
export type Room = z.infer<typeof roomSchema>;

/** The beginning of a message: at most 160 characters (code points), and then `…` if there are more. */
export const messagePreviewSchema = z.object({ userId: z.string(), username: z.string(), content: z.string() });
export type MessagePreview = z.infer<typeof messagePreviewSchema>;

/**
 * A room and its distance: the upper bound in metres of a distance band. `preview` is the room's newest message; null if there is none,
 * if it was deleted, and for callers without an identity.
 */
export const nearbyRoomSchema = roomSchema.extend({ distance: z.number(), preview: messagePreviewSchema.nullable() });
export type NearbyRoom = z.infer<typeof nearbyRoomSchema>;

/** The rooms around a location at one moment. */
export const nearbyListSchema = z.object({ rooms: z.array(nearbyRoomSchema).readonly() });
export type NearbyList = z.infer<typeof nearbyListSchema>;

/** `nextCursor` is the `cursor` of the next page; null after the last room. */
export const nearbyPageSchema = z.object({ rooms: z.array(nearbyRoomSchema), nextCursor: z.string().nullable() });
export type NearbyPage = z.infer<typeof nearbyPageSchema>;

/** Metres. */
export const radiusSchema = z.number().min(0).max(limits.searchRadiusMax);

/** Sets a title or a topic, each one line. Null removes it; without the field it stays. */
export const describeInput = z
  .strictObject({
    roomId: roomIdSchema,
    title: lineSchema(limits.titleChars).nullable().optional(),
    topic: lineSchema(limits.topicChars).nullable().optional(),
  })
  .refine(({ title, topic }) => title !== undefined || topic !== undefined, 'give `title` or `topic`');

export const roomInput = z.object({ roomId: roomIdSchema });
export const joinInput = z.union([
  z.strictObject({ location: locationSchema, searchRadius: radiusSchema.default(limits.searchRadiusDefault) }),
  z.strictObject({ roomId: roomIdSchema }),
]);
const nearbySearchSchema = z.object({
  location: locationSchema,
  radius: radiusSchema.default(limits.searchRadiusDefault),
  limit: z.int().min(1).max(limits.nearbyMax).default(limits.nearbyDefault),
});

/**
 * The order of nearby rooms. `near`: by distance band; within a band, rooms with users first, then the nearest. `lively`: of the nearest 100
 * rooms those with the most users present, then those with the latest message, then the nearest.
 */
export const nearbyOrderSchema = z.enum(['near', 'lively']);
export type NearbyOrder = z.infer<typeof nearbyOrderSchema>;

export const nearbyInput = nearbySearchSchema.extend({ order: nearbyOrderSchema.default('near') });

/** The cell of the first search, then the cell and the id of the last room, joined by dots. The id is as in `neighbourhoodIdPattern`. */
const nearbyCursorPattern = /^[0-9a-f]{15}\.[0-9a-f]{15}\.(?:[\w-]{16}|~[\w-]{1,700}~)$/;

export const nearbyPageInput = nearbySearchSchema.extend({
  /** The `nextCursor` of the page before. It continues the search at the location of the first page, whatever `location` is now. */
  cursor: z.string().max(800).regex(nearbyCursorPattern, 'must be the nextCursor of a page').optional(),
});
export const watchInput = z.object({
  roomId: roomIdSchema,
  history: z.int().min(0).max(limits.historyMax).default(limits.historyDefault),
  /** The tracked id of the last event received. */
  lastEventId: z.string().regex(positionPattern, 'must be the id of an event of the room').optional(),
});
export const typingInput = z.object({ roomId: roomIdSchema, isTyping: z.boolean() });
export const locationInput = z.object({ location: locationSchema });
