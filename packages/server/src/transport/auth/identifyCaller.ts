import type { Services } from '../../domain/services.ts';
import type { Authenticator, Credentials, Identity } from './authenticator.ts';

interface Caller {
  credentials: Credentials;
  address: string;
}

/**
 * The identity of a new connection or request, as `Authenticator.identify` returns it. Charged to the address before a token is verified:
 * verification costs a signature or a request to a service. Throws `RATE_LIMITED` and the errors of `identify`.
 */
export async function identifyCaller(
  { services, authenticator }: { services: Pick<Services, 'budget'>; authenticator: Authenticator },
  { credentials, address }: Caller,
): Promise<Identity | null> {
  services.budget.spend({ userId: null, address }, 'identify');
  return authenticator.identify(credentials, address);
}
