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
