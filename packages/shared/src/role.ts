import { z } from 'zod';
import { locationSchema } from './geo.ts';
import { roomIdSchema } from './room.ts';

/**
 * The roles of a user, strongest first. `admin` and `moderator` hold on the whole server, `areaModerator` in an area of the map, the others in
 * one room. `visitor` has an identity and is not a member of the room; `anonymous` has no identity.
 */
export const roles = [
  'admin',
  'moderator',
  'areaModerator',
  'owner',
  'roomModerator',
  'member',
  'visitor',
  'anonymous',
] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** Roles that can be granted in a room. */
export const roomRoleSchema = z.enum(['owner', 'roomModerator']);
/** Roles that can be granted on the server, and the one that can be granted in an area. */
export const serverRoleSchema = z.enum(['admin', 'moderator']);
export const areaRoleSchema = z.literal('areaModerator');

/** Where a moderator acts: on the whole server, in the area around a location (its map cell and the neighbouring ones), or in a room. */
export const scopeInput = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('server') }),
  z.strictObject({ type: z.literal('area'), location: locationSchema }),
  z.strictObject({ type: z.literal('room'), roomId: roomIdSchema }),
]);

/** The same in answers. `place` is the centre of the area's cell, and can be given as its location. */
export const scopeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('server') }),
  z.object({ type: z.literal('area'), place: locationSchema }),
  z.object({ type: z.literal('room'), roomId: z.string() }),
]);
export type Scope = z.infer<typeof scopeSchema>;
