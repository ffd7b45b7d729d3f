import { z } from 'zod';
import { auditEntrySchema } from './audit.ts';
import { limits } from './limits.ts';
import { messageSchema } from './message.ts';
import { sanctionSchema } from './moderation.ts';
import { reportSchema } from './report.ts';
import { roleSchema, scopeInput, scopeSchema } from './role.ts';
import { userIdSchema, userSchema } from './user.ts';

/** Finds members of the rooms in a scope by the beginning of their name, or a user by the whole id. */
export const findUsersInput = z.strictObject({
  scope: scopeInput,
  text: z.string().min(1).max(limits.userIdChars),
  /** The `nextCursor` of the page before. */
  cursor: z.string().max(limits.foundUsersCursorChars).optional(),
  limit: z.int().min(1).max(limits.foundUsersMax).default(limits.foundUsersDefault),
});
export type FindUsersRequest = z.output<typeof findUsersInput>;

/** `username`: as the user joined a room under it; null if only the id is known. */
const foundUserSchema = z.object({ userId: z.string(), username: z.string().nullable() });

/** By name. A page may have fewer users than `limit` before the end, at which `nextCursor` is null. */
export const foundUsersSchema = z.object({ users: z.array(foundUserSchema), nextCursor: z.string().nullable() });
export type FoundUsers = z.infer<typeof foundUsersSchema>;

export const readUserInput = z.strictObject({ scope: scopeInput, userId: userIdSchema });

/**
 * What moderators of a scope know about a user there. `role`: the strongest one in the scope. `roles` were granted in the scope or in a room
 * of it; `sanctions` are in force there. `rooms`: memberships, at most 50. The others are the newest 20 each, newest first; reports are
 * those that the caller also finds in the queue.
 */
export const userSummarySchema = z.object({
  userId: z.string(),
  username: z.string().nullable(),
  role: roleSchema,
  roles: z.array(
    z.object({
      scope: scopeSchema,
      role: roleSchema,
      grantedBy: userSchema,
      grantedAt: z.date(),
      roomName: z.string().nullable(),
    }),
  ),
  sanctions: z.array(sanctionSchema.extend({ roomName: z.string().nullable() })),
  rooms: z.array(z.object({ roomId: z.string(), roomName: z.string(), username: z.string() })),
  reports: z.array(reportSchema),
  decisions: z.array(auditEntrySchema),
  messages: z.array(messageSchema.extend({ roomName: z.string().nullable() })),
});
export type UserSummary = z.infer<typeof userSummarySchema>;
