import { z } from 'zod';
import { auditDetailSchema } from './auditDetail.ts';
import { limits } from './limits.ts';
import { scopeInput } from './role.ts';
import { roomIdSchema } from './room.ts';
import { userIdSchema } from './user.ts';
import { idSchema } from './wire.ts';

/**
 * Entries of the audit log that match every given filter: of the whole server, of the rooms of an area, or of a room. `roomId` is short for
 * the scope of a room.
 */
export const auditInput = z
  .object({
    scope: scopeInput.optional(),
    roomId: roomIdSchema.optional(),
    /** Who decided. */
    actorId: userIdSchema.optional(),
    /** Whom it concerned. */
    subjectUserId: userIdSchema.optional(),
    action: z.string().min(1).max(limits.auditActionChars).optional(),
    /** From this time on. */
    since: z.date().optional(),
    /** Before this time. */
    until: z.date().optional(),
    /** The `nextCursor` of the page before. */
    cursor: idSchema.optional(),
    limit: z.int().min(1).max(limits.auditMax).default(limits.auditDefault),
  })
  .refine((input) => input.scope === undefined || input.roomId === undefined, 'give `scope` or `roomId`, not both')
  .prefault({});
export type AuditRequest = NonNullable<z.input<typeof auditInput>>;

/** One decision. `scope`: where it holds. The actor of what an operator decides on the command line has an empty id. */
export const auditEntrySchema = z.object({
  id: idSchema,
  at: z.date(),
  action: z.string(),
  actor: z.object({ userId: z.string(), username: z.string() }),
  subjectUserId: z.string().nullable(),
  roomId: z.string().nullable(),
  scope: z.string(),
  reason: z.string().nullable(),
  detail: auditDetailSchema.nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

/** Newest first. A page may have fewer entries than `limit`, or none, before the end: then `nextCursor` is not null. */
export const auditPageSchema = z.object({ entries: z.array(auditEntrySchema), nextCursor: z.string().nullable() });
export type AuditPage = z.infer<typeof auditPageSchema>;
