import { z } from 'zod';
import { reportKindSchema } from './report.ts';

/** What an entry of the audit log says beside the action, as data: pages show it in their language. */
export const auditDetailSchema = z.discriminatedUnion('type', [
  /** How long it holds; null: until it is lifted. */
  z.object({ type: z.literal('lasts'), ms: z.number().nullable() }),
  /** A rule of a room was ended. */
  z.object({ type: z.literal('ended') }),
  z.object({ type: z.literal('retention'), days: z.int() }),
  z.object({ type: z.literal('message'), messageId: z.string() }),
  /** The kind of the sanction that was lifted. */
  z.object({ type: z.literal('lifted'), kind: z.string() }),
  z.object({ type: z.literal('role'), role: z.string() }),
  z.object({ type: z.literal('report'), kind: reportKindSchema, reportId: z.string(), outcome: z.string() }),
  /** An entry of an earlier version. */
  z.object({ type: z.literal('text'), text: z.string() }),
]);
export type AuditDetail = z.infer<typeof auditDetailSchema>;
