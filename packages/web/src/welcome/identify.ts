import { createEarshotClient, type EarshotClient, EarshotClientError, type IdentityOptions } from '@earshot/client';
import type { Identity } from '../app/session.ts';
import { readToken } from './readToken.ts';

// Each asks over a connection of its own, because it is about who the page's client will speak for.

/** A new identity under that name. Rejects when the server refuses or is away. */
export function becomeGuest(username: string): Promise<Identity> {
  return asking({}, ({ trpc }) => trpc.auth.guest.mutate({ username }));
}

/** The identity that a token proves. Rejects when the server does not take it or is away. */
export function becomeHolder(token: string): Promise<Identity> {
  return asking({ token }, async ({ trpc }) => {
    // Any call will do: the token is checked before it.
    await trpc.rooms.nearby.query({ location: { latitude: 0, longitude: 0 }, limit: 1 });
    const user = readToken(token);
    if (user === null) throw new EarshotClientError('TOKEN_INVALID');
    return { token, user };
  });
}

/** An identity for a server that takes people at their word and makes no guests. */
export function becomeNamed(username: string): Identity {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(36).padStart(2, '0'));
  return { token: null, user: { userId: `web-${random.join('')}`, username } };
}

async function asking<T>(who: IdentityOptions, ask: (client: EarshotClient) => Promise<T>): Promise<T> {
  const client = createEarshotClient({ url: location.origin, transport: 'http', ...who });
  try {
    return await ask(client);
  } finally {
    void client.close();
  }
}
