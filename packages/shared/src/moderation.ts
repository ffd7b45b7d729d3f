import { z } from 'zod';
import { limits } from './limits.ts';
import { scopeInput, scopeSchema } from './role.ts';
import { roomIdSchema } from './room.ts';
import { lineSchema } from './text.ts';
import { userIdSchema } from './user.ts';

const longestMs = 10 * 366 * 24 * 60 * 60 * 1_000;
const slowModeMaxMs = 6 * 60 * 60 * 1_000;

/** `lastsMs`: milliseconds until it ends; null or nothing: until it is lifted. `reason` is shown to the users concerned. */
const terms = {
  lastsMs: z.int().min(1_000).max(longestMs).nullish(),
  reason: lineSchema(limits.sanctionReasonChars).nullish(),
};

/** For mutes and bans. */
export const muteInput = z.strictObject({ scope: scopeInput, userId: userIdSchema, ...terms });

export const kickInput = z.strictObject({ roomId: roomIdSchema, userId: userIdSchema, reason: terms.reason });
/** `intervalMs`: milliseconds between two sends of a user; null ends slow mode. */
export const slowModeInput = z.strictObject({
  roomId: roomIdSchema,
  intervalMs: z.int().min(1_000).max(slowModeMaxMs).nullable(),
  ...terms,
});
/** `days`: for how many days messages are kept; null: as long as on the whole server. `reason` is shown to moderators only. */
export const retentionInput = z.strictObject({
  roomId: roomIdSchema,
  days: z.int().min(1).max(limits.retentionMaxDays).nullable(),
  reason: terms.reason,
});
/** For locking and for closing a room. */
export const roomSwitchInput = z.strictObject({ roomId: roomIdSchema, on: z.boolean(), ...terms });
export const liftInput = z.strictObject({
  sanctionId: z
    .string()
    .max(limits.sanctionIdChars)
    .regex(/^\[".*\]$/s, 'must be the id of a sanction'),
});
export const sanctionsInput = z.strictObject({ scope: scopeInput });

const sanctionKindSchema = z.enum(['mute', 'ban', 'slowMode', 'lock', 'close', 'retention']);

/** `roomId`: only those that hold in this room, which includes those of its area and of the server. */
export const ownSanctionsInput = z.strictObject({ roomId: roomIdSchema.optional() }).optional();

/** A sanction of the user who asks. */
export const ownSanctionSchema = z.object({
  kind: z.enum(['mute', 'ban']),
  scope: scopeSchema,
  reason: z.string().nullable(),
  /** Null: until it is lifted. */
  endsAt: z.date().nullable(),
});
export type OwnSanction = z.infer<typeof ownSanctionSchema>;

/** A sanction as moderators see it. `userId` is null for a rule of a room, and for the ban of an address. */
export const sanctionSchema = z.object({
  id: z.string(),
  kind: sanctionKindSchema,
  scope: scopeSchema,
  subject: z.enum(['user', 'address', 'device', 'room']),
  userId: z.string().nullable(),
  username: z.string().nullable(),
  /** Slow mode: milliseconds between two sends of a user. Retention: milliseconds for which messages are kept. */
  intervalMs: z.number().nullable(),
  reason: z.string().nullable(),
  moderator: z.object({ userId: z.string(), username: z.string() }),
  createdAt: z.date(),
  endsAt: z.date().nullable(),
});
export type Sanction = z.infer<typeof sanctionSchema>;

/** The rules of a room for everybody in it. `messageTtlMs`: milliseconds after which messages expire; null: they do not. */
export const roomRules = {
  slowModeMs: z.number().nullable(),
  isLocked: z.boolean(),
  isClosed: z.boolean(),
  messageTtlMs: z.number().nullable(),
};
const roomRulesSchema = z.object(roomRules);
export type RoomRules = z.infer<typeof roomRulesSchema>;
