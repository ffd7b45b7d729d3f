import { SignJWT } from 'jose';

/** The key of servers that check tokens, for `JWT_SECRET`. */
export const tokenSecret = 'a secret of at least thirty-two characters';

/** The settings of a server that checks tokens. */
export const checkedTokens = { JWT_SECRET: tokenSecret, HOST: '127.0.0.1' };

/** A token under that user id, by default with the name Ada, which a server with `checkedTokens` accepts. */
export function signToken(userId: string, expires: string | Date = '1h', username = 'Ada'): Promise<string> {
  return new SignJWT({ username })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(tokenSecret));
}

/** The settings of a server that checks tokens and allows guests. */
export const issuedTokens = { ...checkedTokens, ALLOW_GUESTS: 'true' };

/** A token of Ada that says when it was issued: that many seconds from now, so that tests need not wait for the next second. */
export function issueToken(userId: string, seconds: number): Promise<string> {
  return new SignJWT({ username: 'Ada' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(Math.floor(Date.now() / 1_000) + seconds)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));
}

/** A token of a user with a role on the whole server. */
export function signModerator(userId: string, role: 'admin' | 'moderator' = 'moderator'): Promise<string> {
  return new SignJWT({ username: 'Mod', roles: [role] })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));
}
