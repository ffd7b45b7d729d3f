import { hkdfSync, randomUUID } from 'node:crypto';
import { EarshotError, isGuestId, toGuestId, type User } from '@earshot/shared';
import { decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters, SignJWT } from 'jose';
import type { Secrets } from '../../config/config.ts';
import { hmacVerifier, leewaySeconds } from './tokenVerifier.ts';

/** Lifetime of a guest token. */
const lifetimeSeconds = 24 * 60 * 60;

/** Milliseconds after its expiry in which a guest token can still be renewed, so a guest who was away keeps the user id. */
const renewableMs = 30 * 24 * 60 * 60_000;

/** A time at which a guest token that can be renewed now had not expired. */
export const renewableSince = () => new Date(Date.now() - renewableMs);

/**
 * The marks of a guest token. Other services that know `JWT_SECRET` must not accept it as one of theirs: it is signed with
 * a different key, and has its own issuer and audience.
 */
const typ = 'earshot-guest+jwt';
const issuer = 'earshot';
const audience = 'earshot-guest';

export interface GuestTokens {
  /** `deviceHash`: the hash of the guest's device, if it is known. */
  sign(user: User, deviceHash: string | undefined): Promise<string>;
  /** Verifies a guest token as of `currentDate`, and returns its claims, which name a guest. Throws jose's errors, and `TOKEN_INVALID`. */
  verify(token: string, currentDate: Date): Promise<JWTPayload>;
}

/** Signs with a key derived from the current secret, and verifies with those of all secrets. */
export function createGuestTokens([current, ...previous]: Secrets): GuestTokens {
  const key = guestKey(current);
  const verify = hmacVerifier([key, ...previous.map(guestKey)]);
  return {
    sign: ({ userId, username }, deviceHash) =>
      new SignJWT({ username, ...(deviceHash && { device: deviceHash }) })
        .setProtectedHeader({ alg: 'HS256', typ })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime(`${lifetimeSeconds}s`)
        .sign(key),
    verify: async (token, currentDate) => {
      const payload = await verify(token, { typ, issuer, audience, currentDate, clockTolerance: leewaySeconds });
      if (isGuestId(payload.sub)) return payload;
      throw new EarshotError('TOKEN_INVALID', { message: 'The user of the guest token is not a guest.' });
    },
  };
}

const guestKey = (secret: string) => new Uint8Array(hkdfSync('sha256', secret, '', 'earshot guest tokens', 32));

/** Throws `GUESTS_NOT_ALLOWED` unless guests are allowed. */
export function requireGuests(allowed: boolean): void {
  if (!allowed) throw new EarshotError('GUESTS_NOT_ALLOWED');
}

export const newGuestId = () => toGuestId(randomUUID());

/** The hash of the device in the claims of a guest token. */
export const deviceHashOf = ({ device }: JWTPayload): string | undefined =>
  typeof device === 'string' ? device : undefined;

/** Whether the token is marked as a guest token. Doesn't verify the signature. */
export function isGuestToken(token: string): boolean {
  return headerOf(token)?.typ === typ;
}

/**
 * Whether claims with a valid signature are those of a former guest token, issued before guest tokens had their own key:
 * signed with the operator's key, with only `alg` in the header, and only these claims.
 */
export function isFormerGuest(token: string, payload: JWTPayload): boolean {
  const { sub, iat = 0, exp = 0 } = payload;
  const claims = Object.keys(payload).filter((name) => name !== 'iss' && name !== 'aud');
  const [lifetime, header] = [exp - iat, Object.keys(headerOf(token) ?? {})];
  return (
    isGuestId(sub) &&
    header.join() === 'alg' &&
    claims.sort().join() === 'exp,iat,sub,username' &&
    (lifetime === lifetimeSeconds || lifetime === lifetimeSeconds + 1) // the issuer read the clock twice
  );
}

function headerOf(token: string): ProtectedHeaderParameters | null {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return null;
  }
}
