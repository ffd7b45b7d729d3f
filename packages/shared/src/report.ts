import { z } from 'zod';
import { countChars } from './characters.ts';
import { limits } from './limits.ts';
import { scopeInput } from './role.ts';
import { roomIdSchema } from './room.ts';
import { paragraphSchema } from './text.ts';
import { userIdSchema, userSchema } from './user.ts';
import { idSchema } from './wire.ts';

/** Why a message or a user is reported. `danger`: a user is in danger. */
export const reportReasonSchema = z.enum(['spam', 'harassment', 'hate', 'sexual', 'violence', 'danger', 'other']);
export type ReportReason = z.infer<typeof reportReasonSchema>;

const noteSchema = paragraphSchema.refine(
  (note) => countChars(note) <= limits.reportNoteChars,
  `must be at most ${limits.reportNoteChars} characters`,
);

/** Reports a message, or a user of the room. */
export const fileReportInput = z
  .object({
    roomId: roomIdSchema,
    messageId: idSchema.optional(),
    userId: userIdSchema.optional(),
    reason: reportReasonSchema,
    note: noteSchema.optional(),
  })
  .refine(
    ({ messageId, userId }) => (messageId === undefined) !== (userId === undefined),
    'give `messageId` or `userId`, not both',
  );

const reportStateSchema = z.enum(['open', 'resolved']);

/** A report as its reporter sees it. `userId`: the user who is reported. `wasActedOn`: null while it is open. */
export const ownReportSchema = z.object({
  id: idSchema,
  roomId: z.string(),
  messageId: z.string().nullable(),
  userId: z.string(),
  reason: z.string(),
  note: z.string().nullable(),
  state: reportStateSchema,
  wasActedOn: z.boolean().nullable(),
  createdAt: z.date(),
});
export type OwnReport = z.infer<typeof ownReportSchema>;

const pageInput = z.object({
  /** The `nextCursor` of the page before. */
  cursor: idSchema.optional(),
  limit: z.int().min(1).max(limits.reportsMax).default(limits.reportsDefault),
});

export const ownReportsInput = pageInput.prefault({});
/** Newest first. `nextCursor`: null at the end. */
export const ownReportsPageSchema = z.object({ reports: z.array(ownReportSchema), nextCursor: z.string().nullable() });
export type OwnReportsPage = z.infer<typeof ownReportsPageSchema>;

/** `held`: a message of which screening decided that a moderator must see it before it is sent. */
export const reportKindSchema = z.enum(['report', 'held']);
export type ReportKind = z.infer<typeof reportKindSchema>;

export const reportsInput = pageInput.extend({
  scope: scopeInput,
  state: reportStateSchema.default('open'),
  /** Without it: both. */
  kind: reportKindSchema.optional(),
});
export type ReportsRequest = z.output<typeof reportsInput>;

/** A message as it was. `id`: null for a held message, which is not in the room. */
export const reportedMessageSchema = z.object({
  id: z.string().nullable(),
  userId: z.string(),
  username: z.string(),
  content: z.string(),
  timestamp: z.date(),
  editedAt: z.date().nullable(),
  deleted: z.boolean(),
});
export type ReportedMessage = z.infer<typeof reportedMessageSchema>;

/** What was decided. `removed`, `sanctioned` and `other` say what was done beside; they do nothing by themselves. */
export const reportOutcomeSchema = z.enum(['dismissed', 'removed', 'sanctioned', 'other']);
/** `approved` sends a held message; `refused` deletes it. */
export const heldOutcomeSchema = z.enum(['approved', 'refused']);

/**
 * A report, or a held message, as moderators see it. `subject`: the user concerned. `reporter`: only for moderators of areas and the server.
 * `message` and `context`: as they were when it was filed. `messageNow`: what became of the message since; null for users and held messages.
 */
export const reportSchema = z.object({
  id: idSchema,
  kind: reportKindSchema,
  roomId: z.string(),
  roomName: z.string().nullable(),
  subject: z.object({ userId: z.string(), username: z.string().nullable() }),
  reporter: userSchema.nullable(),
  reason: z.string(),
  note: z.string().nullable(),
  message: reportedMessageSchema.nullable(),
  messageNow: z
    .object({ state: z.enum(['unchanged', 'edited', 'deleted', 'expired']), content: z.string() })
    .nullable(),
  context: z.array(reportedMessageSchema),
  createdAt: z.date(),
  resolution: z.object({ at: z.date(), by: userSchema, outcome: z.string(), note: z.string().nullable() }).nullable(),
});
export type Report = z.infer<typeof reportSchema>;

/** Open ones oldest first, resolved ones newest first. `nextCursor`: null at the end. */
export const reportsPageSchema = z.object({ reports: z.array(reportSchema), nextCursor: z.string().nullable() });
export type ReportsPage = z.infer<typeof reportsPageSchema>;

export const reportCountInput = z.object({ scope: scopeInput });
/** Numbers of open reports and held messages: each at most 100, which stands for 100 or more. */
export const reportCountSchema = z.object({ reports: z.int().min(0), held: z.int().min(0) });
export type ReportCount = z.infer<typeof reportCountSchema>;

/** Resolves a report, and with it the other open reports about the same message. */
export const resolveReportInput = z.object({
  reportId: idSchema,
  outcome: z.enum([...reportOutcomeSchema.options, ...heldOutcomeSchema.options]),
  note: noteSchema.optional(),
});
export type ReportDecision = z.output<typeof resolveReportInput>;
