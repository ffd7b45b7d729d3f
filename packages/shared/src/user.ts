import { z } from 'zod';
import { limits } from './limits.ts';
import { identifierSchema, lineSchema } from './text.ts';

export const userIdSchema = identifierSchema(limits.userIdChars);
export const usernameSchema = lineSchema(limits.usernameChars);

/** A person as others see one. */
export const userSchema = z.object({ userId: userIdSchema, username: usernameSchema });
export type User = z.infer<typeof userSchema>;

/** `token`: one that a guest was given before, still good or not long expired; the guest then stays the same user. */
export const guestInput = z.object({ username: usernameSchema, token: z.string().optional() });
