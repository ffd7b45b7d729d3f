import type { AuthConfig } from '../../config/config.ts';
import type { Authenticator, IdentityCheck } from './authenticator.ts';
import { jwtAuthenticator } from './jwtAuthenticator.ts';
import { openAuthenticator } from './openAuthenticator.ts';
import { serviceAuthenticator } from './serviceAuthenticator.ts';

/** `check` is called with the identity of each token. */
export function createAuthenticator(config: AuthConfig, check: IdentityCheck = () => {}): Authenticator {
  switch (config.mode) {
    case 'open':
      return openAuthenticator(config);
    case 'jwt':
      return jwtAuthenticator(config, check);
    case 'service':
      return serviceAuthenticator(config, check);
  }
}
