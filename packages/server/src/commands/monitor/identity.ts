import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';

/** Who the monitor is on the server. */
export interface Identity {
  username: string;
  userId: string;
  token: string | undefined;
}

/** A name that nobody has, and that says what it is. */
export const monitorName = () => `monitor-${randomBytes(2).toString('hex')}`;

/** A token speaks for the user that it names; older clients' frames name that user too. */
export function identityOf(username: string, token: string | undefined): Identity {
  if (token === undefined) return { username, userId: username, token };
  const { sub = username, username: named } = claimsOf(token);
  return { username: typeof named === 'string' ? named : username, userId: sub, token };
}

function claimsOf(token: string) {
  try {
    return decodeJwt(token);
  } catch {
    return {}; // the server will say what it thinks of it
  }
}

/** As tRPC's connection shows it. */
export const trpcIdentity = ({ username, token }: Identity) => (token === undefined ? { username } : { token });

/** As older clients' frames show it. */
export const legacyClaim = ({ username, userId, token }: Identity) => ({ user_id: userId, username, token });
