import { EarshotError } from '@earshot/shared';
import { errors } from 'jose';
import { z } from 'zod';
import { leewaySeconds } from './tokenVerifier.ts';

/** The longest `retryAfterMs` sent to a client, in milliseconds. */
const retryAfterMaxMs = 60_000;

/** jose's errors about the token itself. All others are about fetching the keys. */
const tokenErrors = [
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
];

/** Returns the error for a client whose token could not be read. */
export function asTokenError(cause: unknown): EarshotError {
  if (cause instanceof EarshotError) return cause;
  if (cause instanceof errors.JWTExpired) return new EarshotError('TOKEN_EXPIRED', { cause });
  if (cause instanceof errors.JWTClaimValidationFailed && cause.claim === 'nbf' && cause.reason === 'check_failed') {
    return new EarshotError('TOKEN_NOT_YET_VALID', { retryAfterMs: msUntilValid(cause.payload.nbf), cause });
  }
  if (cause instanceof errors.JWTClaimValidationFailed || cause instanceof z.ZodError) {
    return new EarshotError('TOKEN_INVALID', {
      message: 'A claim of the token is missing or invalid.',
      cause,
    });
  }
  const invalid = tokenErrors.some((kind) => cause instanceof kind);
  return new EarshotError(invalid ? 'TOKEN_INVALID' : 'KEYS_UNAVAILABLE', { cause });
}

/** Milliseconds until a token becomes valid, at most `retryAfterMaxMs`. */
function msUntilValid(nbf = 0): number {
  return Math.min(Math.max(0, (nbf - leewaySeconds) * 1_000 - Date.now()), retryAfterMaxMs);
}
