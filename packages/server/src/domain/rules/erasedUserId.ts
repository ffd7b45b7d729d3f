import { createHmac } from 'node:crypto';

/**
 * The id that rules about a user have after that user's data was erased: a hash with the secret of the database. So a ban still holds when
 * the same account comes back, and nobody can tell from it who the user was.
 */
export function erasedUserId(salt: string, userId: string): string {
  return `${prefix}${createHmac('sha256', salt).update(`user ${userId}`).digest('hex')}`;
}

const prefix = 'erased user ';

export const isErasedUserId = (userId: string): boolean => userId.startsWith(prefix);
