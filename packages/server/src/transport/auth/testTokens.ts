import { SignJWT } from 'jose';
import { createAuthenticator } from './createAuthenticator.ts';

export const secret = 'a secret of at least thirty-two characters';
export const key = (text: string) => new TextEncoder().encode(text);
/** For tests: verifies tokens that are signed with `secret`, and gives tokens to guests. */
export const jwt = createAuthenticator({
  mode: 'jwt',
  allowGuests: true,
  key: { secrets: [secret] },
  issuer: 'https://id.example',
  audience: 'earshot',
});

/** A token that `jwt` accepts once it is signed, unless a test changes it. */
export function token(claims: Record<string, unknown> = {}, alg = 'HS256'): SignJWT {
  return new SignJWT({ username: 'Ada', ...claims })
    .setProtectedHeader({ alg })
    .setSubject('u1')
    .setIssuer('https://id.example')
    .setAudience('earshot')
    .setExpirationTime('1h');
}

export const guestId = 'guest-0b0e7a3c-54b1-4a39-9d5e-6a1f2c3d4e5f';

export const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
