import type { AuthConfig } from '../../config/config.ts';
import type { Authenticator } from './authenticator.ts';
import { jwtAuthenticator } from './jwtAuthenticator.ts';
import { openAuthenticator } from './openAuthenticator.ts';

export function createAuthenticator(config: AuthConfig): Authenticator {
  return config.mode === 'open' ? openAuthenticator(config) : jwtAuthenticator(config);
}
