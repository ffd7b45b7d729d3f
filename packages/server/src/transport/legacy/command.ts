import {
  EarshotError,
  type Location,
  limits,
  locationSchema,
  paragraphSchema,
  userIdSchema,
  usernameSchema,
} from '@earshot/shared';
import { z } from 'zod';

/** The identity that a client claims. */
export interface Claim {
  userId: string;
  username: string;
  token: string | undefined;
}

/** A legacy client's command, independent of the frame's form. */
export type Command =
  | { type: 'Auth'; claim: Claim }
  | { type: 'Join'; claim: Claim }
  | { type: 'JoinLocalChat'; claim: Claim; location: Location; searchRadius: number }
  | { type: 'Message'; content: string }
  | { type: 'LocationUpdate'; location: Location }
  | { type: 'Typing'; isTyping: boolean };

export const commandTypes = [
  'Auth',
  'Join',
  'JoinLocalChat',
  'Message',
  'LocationUpdate',
  'Typing',
] as const satisfies Command['type'][];

/** The fields of the claimed identity, in frames and in request bodies. */
export const claimFields = { user_id: userIdSchema, username: usernameSchema };
const frameClaim = { ...claimFields, token: z.string().nullish() };

function toClaim(fields: z.output<z.ZodObject<typeof frameClaim>>): Claim {
  return { userId: fields.user_id, username: fields.username, token: fields.token ?? undefined };
}

/** A radius of 0 or less finds no room. The maximum is the same as for other clients. */
const searchRadius = z
  .number()
  .nullish()
  .transform((metres) => Math.min(Math.max(metres ?? limits.searchRadiusDefault, 0), limits.searchRadiusMax));

const toLocation = ({ latitude, longitude }: Location): Location => ({ latitude, longitude });

const commandSchema = z.discriminatedUnion(
  'type',
  [
    z
      .object({ type: z.literal('Auth'), ...frameClaim })
      .transform(({ type, ...fields }): Command => ({ type, claim: toClaim(fields) })),
    z
      .object({ type: z.literal('Join'), ...frameClaim })
      .transform(({ type, ...fields }): Command => ({ type, claim: toClaim(fields) })),
    z
      .object({
        type: z.literal('JoinLocalChat'),
        ...frameClaim,
        ...locationSchema.shape,
        search_radius: searchRadius,
      })
      .transform(
        ({ type, search_radius, ...fields }): Command => ({
          type,
          claim: toClaim(fields),
          location: toLocation(fields),
          searchRadius: search_radius,
        }),
      ),
    z.object({ type: z.literal('Message'), content: paragraphSchema }),
    z
      .object({ type: z.literal('LocationUpdate'), ...locationSchema.shape })
      .transform(({ type, ...fields }): Command => ({ type, location: toLocation(fields) })),
    z
      .object({ type: z.literal('Typing'), is_typing: z.boolean() })
      .transform(({ type, is_typing }): Command => ({ type, isTyping: is_typing })),
  ],
  { error: `must be one of ${commandTypes.join(', ')}` },
);

/**
 * Reads a client's frame: `{"type", ...fields}` (flat) or `{"type", "data": {...fields}}` (wrapped). Throws
 * `INVALID_INPUT`, or a ZodError that names each invalid field.
 */
export function readCommand(text: string): Command {
  const frame = parseJson(text);
  if (!isRecord(frame)) throw new EarshotError('INVALID_INPUT', { message: 'A frame must be a JSON object.' });
  const { data, ...flat } = frame;
  return commandSchema.parse(isRecord(data) ? { ...flat, ...data, type: flat.type } : flat);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new EarshotError('INVALID_INPUT', { message: 'The frame is not JSON.' });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
