import type { AuthConfig } from '../../config/config.ts';
import type { Authenticator } from './authenticator.ts';
import { jwtAuthenticator } from './jwtAuthenticator.ts';
import { openAuthenticator } from './openAuthenticator.ts';
import { serviceAuthenticator } from './serviceAuthenticator.ts';

export function createAuthenticator(config: AuthConfig): Authenticator {
  switch (config.mode) {
    case 'open':
      return openAuthenticator(config);
    case 'jwt':
      return jwtAuthenticator(config);
    case 'service':
      return serviceAuthenticator(config);
  }
}
