import type { Connection } from '../connection.ts';
import type { Services } from '../services.ts';
import { noPrivacy, type UserPrivacy } from './userPrivacy.ts';

/** Resolves to the privacy settings of the caller. Rejects with `STORE_UNAVAILABLE` if they can't be read. */
export function privacyOf(
  { privacy }: Pick<Services, 'privacy'>,
  { userId }: Connection,
): Promise<UserPrivacy> | UserPrivacy {
  return userId === null ? noPrivacy : privacy.of(userId);
}
