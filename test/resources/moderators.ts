import { SignJWT } from 'jose';
import { type Deployment, startEmbedded, startPair } from './server.ts';
import { tokenSecret } from './tokens.ts';

/** Deployments that check tokens, so that users can have roles by their tokens. */
export const checkedDeployments = [
  { name: 'embedded', start: (): Promise<Deployment> => startEmbedded({ env: { JWT_SECRET: tokenSecret } }) },
  { name: 'two instances on MongoDB and Redis', start: () => startPair({ env: { JWT_SECRET: tokenSecret } }) },
] as const;

/** The identity of a user, with roles on the whole server. The name is the id with a capital. */
export async function identityOf(userId: string, ...roles: string[]): Promise<{ token: string }> {
  const username = userId.charAt(0).toUpperCase() + userId.slice(1);
  const token = await new SignJWT({ username, ...(roles.length > 0 && { roles }) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));
  return { token };
}
