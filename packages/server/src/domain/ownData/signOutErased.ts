import { signOutUser } from '../rules/signOutUser.ts';
import type { ErasedUser, ErasureParts } from './erasureParts.ts';

/** Signs the user out on every instance: tokens that were issued before are refused from now on. */
export function signOutErased(parts: ErasureParts, { userId }: ErasedUser): Promise<void> {
  return signOutUser(parts, userId, { userId, username: '' });
}
