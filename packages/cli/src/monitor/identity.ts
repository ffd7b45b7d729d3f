import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';

/** The monitor's identity on the server. */
export interface Identity {
  username: string;
  userId: string;
  token: string | undefined;
}

/** A name that no user has, and that describes its user. */
export const monitorName = () => `monitor-${randomBytes(2).toString('hex')}`;

/** A token identifies its user. Legacy frames must name that user too. */
export function identityOf(username: string, token: string | undefined): Identity {
  if (token === undefined) return { username, userId: username, token };
  const { sub = username, username: named } = claimsOf(token);
  return { username: typeof named === 'string' ? named : username, userId: sub, token };
}

function claimsOf(token: string) {
  try {
    return decodeJwt(token);
  } catch {
    return {}; // the server will report the invalid token
  }
}

/** The identity as tRPC's connection parameters. */
export const trpcIdentity = ({ username, token }: Identity) => (token === undefined ? { username } : { token });

/** The identity as fields of legacy frames. */
export const legacyClaim = ({ username, userId, token }: Identity) => ({ user_id: userId, username, token });
