import {
  asEarshotError,
  createEarshotClient,
  type EarshotClient,
  EarshotClientError,
  type IdentityOptions,
} from '@earshot/client';
import type { PageSettings } from '../app/pageSettings.ts';
import type { Identity } from '../app/session.ts';
import { readToken } from './readToken.ts';

// Each asks over a connection of its own, because it is about who the page's client will speak for.

interface NamingOptions {
  settings: PageSettings;
  /** Who is at this page, if they stay the same user: their messages, read or yet to be sent, are still theirs. */
  was: Identity | null;
}

/** Whether a name is enough to go on as the same user. Others have a token from elsewhere, and need the next one. */
export function isNameEnough({ token, user }: Identity, { auth, guests }: PageSettings): boolean {
  return auth === 'open' || (guests && token !== null && user.userId.startsWith('guest-'));
}

/** An identity under that name. Rejects when the server refuses or is away. */
export async function identifyByName(username: string, { settings, was }: NamingOptions): Promise<Identity> {
  const { auth, guests } = settings;
  if (auth === 'open' && (!guests || was?.token === null)) {
    return { token: null, user: { userId: was?.user.userId ?? newUserId(), username } };
  }
  const former = was?.token ?? undefined;
  return asking({}, ({ trpc }) => trpc.auth.guest.mutate({ username, ...(former !== undefined && { token: former }) }));
}

/** Whether `identifyByName` was refused because nobody can go on as who they were. */
export function isIdentityRefused(error: unknown): boolean {
  return ['TOKEN_EXPIRED', 'TOKEN_INVALID', 'GUESTS_NOT_ALLOWED'].includes(asEarshotError(error).code);
}

/** The identity that a token proves. Rejects when the server does not take it or is away. */
export function identifyByToken(token: string): Promise<Identity> {
  return asking({ token }, async ({ trpc }) => {
    // Any call will do: the token is checked before it.
    await trpc.rooms.nearby.query({ location: { latitude: 0, longitude: 0 }, limit: 1 });
    const user = readToken(token);
    if (user === null) throw new EarshotClientError('TOKEN_INVALID');
    return { token, user };
  });
}

/** For a server that takes people at their word and makes no guests. */
function newUserId(): string {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(36).padStart(2, '0'));
  return `web-${random.join('')}`;
}

async function asking<T>(who: IdentityOptions, ask: (client: EarshotClient) => Promise<T>): Promise<T> {
  const client = createEarshotClient({ url: location.origin, transport: 'http', ...who });
  try {
    return await ask(client);
  } finally {
    void client.close();
  }
}
