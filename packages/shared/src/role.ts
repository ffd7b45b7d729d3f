import { z } from 'zod';
import { locationSchema } from './geo.ts';
import { roomIdSchema } from './room.ts';
import { userIdSchema, usernameSchema, userSchema } from './user.ts';

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

/** A role that was granted, with the name that the user had then; or that of the user who made a room, without a name, giver and time. */
export const grantedRoleSchema = z.object({
  userId: userIdSchema,
  username: usernameSchema.nullable(),
  role: roleSchema,
  grantedBy: userSchema.nullable(),
  grantedAt: z.date().nullable(),
});
export type GrantedRole = z.infer<typeof grantedRoleSchema>;

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

export const ownRoleInput = z.object({ scope: scopeInput });
// An alias, because the build expands the types of the API and can't expand interfaces.
export type OwnRole = { role: Role };

export const listRolesInput = z.object({ scope: scopeInput });

const rolesOfScope = { server: ['admin', 'moderator'], area: ['areaModerator'], room: ['owner', 'roomModerator'] };

/** `username`: the name to show in lists of roles, if the caller is an admin. Otherwise a name that the user has had in the scope is shown. */
export const grantRoleInput = z
  .object({
    scope: scopeInput,
    userId: userIdSchema,
    username: usernameSchema.optional(),
    role: z.enum(['admin', 'moderator', 'areaModerator', 'owner', 'roomModerator']),
  })
  .refine(({ scope, role }) => rolesOfScope[scope.type].includes(role), {
    path: ['role'],
    message: 'is not a role in this kind of scope',
  });
export type RoleGrant = z.output<typeof grantRoleInput>;
export const withdrawRoleInput = z.object({ scope: scopeInput, userId: userIdSchema });
