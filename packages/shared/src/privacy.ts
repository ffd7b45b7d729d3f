import { z } from 'zod';
import { privacyLimits } from './privacyLimits.ts';
import { roomIdSchema } from './room.ts';
import { userIdSchema, usernameSchema } from './user.ts';

/** `username`: the name to show in the list of blocked users. */
export const blockInput = z.object({ userId: userIdSchema, username: usernameSchema.optional() });
export const unblockInput = z.object({ userId: userIdSchema });

// These are aliases, because the build expands the types of the API (scripts/flatTypes.ts) and can't expand interfaces.
/** A user that the caller blocked. `username` is the name that the caller gave when blocking; null: none. */
export type BlockedUser = {
  userId: string;
  username: string | null;
};

/** In which rooms a user is listed by name among the users present: `isVisible`, except in these rooms, where the opposite is true. */
export type Visibility = {
  isVisible: boolean;
  exceptRooms: string[];
};

/** Sets whether the caller is listed by name: in all rooms, or in these. */
export const visibilityInput = z.object({
  rooms: z.union([z.literal('all'), z.array(roomIdSchema).min(1).max(privacyLimits.rooms)]),
  visible: z.boolean(),
});
