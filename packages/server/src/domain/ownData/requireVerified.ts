import { EarshotError } from '@earshot/shared';
import type { Services } from '../services.ts';

/** Throws `IDENTITY_NOT_VERIFIED` where tokens do not prove identities: there, any client could erase or read the data of any user. */
export function requireVerified({ settings }: Pick<Services, 'settings'>): void {
  if (!settings.checksIdentities) throw new EarshotError('IDENTITY_NOT_VERIFIED');
}
