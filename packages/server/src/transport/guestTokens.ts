import { hkdfSync, randomUUID } from 'node:crypto';
import { decodeProtectedHeader, type JWTPayload, jwtVerify, type ProtectedHeaderParameters, SignJWT } from 'jose';
import { leewaySeconds } from './tokenVerifier.ts';

/** How long a guest's token lasts. */
const lifetimeSeconds = 24 * 60 * 60;

/**
 * What marks a guest's token. Other services that know `JWT_SECRET` must not take it for one of theirs: it is signed with
 * another key, and says that it is for nobody else.
 */
const typ = 'earshot-guest+jwt';
const issuer = 'earshot';
const audience = 'earshot-guest';

export interface GuestTokens {
  sign(userId: string, username: string): Promise<string>;
  /** The claims of a guest's token, as of `currentDate`. Throws jose's errors. */
  verify(token: string, currentDate: Date): Promise<JWTPayload>;
}

export function createGuestTokens(secret: string): GuestTokens {
  const key = new Uint8Array(hkdfSync('sha256', secret, '', 'earshot guest tokens', 32));
  return {
    sign: (userId, username) =>
      new SignJWT({ username })
        .setProtectedHeader({ alg: 'HS256', typ })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt()
        .setExpirationTime(`${lifetimeSeconds}s`)
        .sign(key),
    verify: async (token, currentDate) => {
      const algorithms = ['HS256'];
      const checks = { typ, issuer, audience, algorithms, currentDate, clockTolerance: leewaySeconds };
      return (await jwtVerify(token, key, checks)).payload;
    },
  };
}

export const newGuestId = () => `guest-${randomUUID()}`;

/** Whether a user id is in the form of guests' ids. */
export function isGuestId(userId: unknown): boolean {
  return typeof userId === 'string' && /^guest-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(userId);
}

/** Whether the token is marked as a guest's. Its signature is not looked at. */
export function isGuestToken(token: string): boolean {
  return headerOf(token)?.typ === typ;
}

/**
 * Whether claims, whose signature is right, are those of a guest's token as they were made before guests' tokens had a key
 * of their own: the operator's key, nothing in the header, and nothing but this in the claims.
 */
export function isFormerGuest(token: string, payload: JWTPayload): boolean {
  const { sub, iat = 0, exp = 0 } = payload;
  const claims = Object.keys(payload).filter((name) => name !== 'iss' && name !== 'aud');
  const [lifetime, header] = [exp - iat, Object.keys(headerOf(token) ?? {})];
  return (
    isGuestId(sub) &&
    header.join() === 'alg' &&
    claims.sort().join() === 'exp,iat,sub,username' &&
    (lifetime === lifetimeSeconds || lifetime === lifetimeSeconds + 1) // the clock was read twice
  );
}

function headerOf(token: string): ProtectedHeaderParameters | null {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return null;
  }
}
