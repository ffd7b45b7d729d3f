import {
  asEarshotError,
  createEarshotClient,
  createGuest,
  type EarshotClient,
  type GuestOptions,
  type IdentityOptions,
  type OwnSanction,
} from '@earshot/client';
import { isGuestId, type PageSettings } from '@earshot/shared';
import { deviceId, randomText } from '../lib/deviceId.ts';
import type { Identity } from '../lib/session.ts';

// Each request uses a connection of its own, because it determines the identity of the page's client.

interface NamingOptions {
  settings: PageSettings;
  /** The current identity, if the user stays the same. Their messages, stored or pending, then remain theirs. */
  previous: Identity | null;
  /** For a proof of work, if the server requires one. */
  work?: Work | undefined;
}

export type Work = Pick<GuestOptions, 'onProgress' | 'signal'>;

/** Whether a name is enough to continue as the same user. Users with a token from elsewhere need a new token. */
export function isNameEnough({ token, user }: Identity, { auth, guests }: PageSettings): boolean {
  return auth === 'open' || (guests && token !== null && isGuestId(user.userId));
}

/** Creates an identity with that name. Rejects if the server refuses it or is unreachable. */
export async function identifyByName(username: string, { settings, previous, work }: NamingOptions): Promise<Identity> {
  const { auth, guests } = settings;
  if (auth === 'open' && (!guests || previous?.token === null)) {
    return { token: null, user: { userId: previous?.user.userId ?? newUserId(), username } };
  }
  const device = auth === 'open' ? undefined : deviceId();
  const token = previous?.token ?? undefined;
  return withClient({}, (client) => createGuest(client, { ...work, username, token, device }));
}

/** Whether `identifyByName` was rejected because the user can't continue under the old identity. */
export function isIdentityRefused(error: unknown): boolean {
  return ['TOKEN_EXPIRED', 'TOKEN_INVALID', 'TOKEN_REVOKED', 'GUESTS_NOT_ALLOWED'].includes(asEarshotError(error).code);
}

/** Creates an identity from a token. Rejects if the server refuses it or is unreachable. */
export function identifyByToken(token: string): Promise<Identity> {
  return withClient({ token }, async ({ trpc }) => {
    const { user } = await trpc.auth.session.query();
    return { token, user };
  });
}

/** The bans and mutes of a user. Users who are banned from the server can ask over HTTP, but have no connection. */
export function readOwnSanctions({ token, user }: Identity): Promise<OwnSanction[]> {
  return withClient(token === null ? user : { token }, ({ trpc }) => trpc.me.sanctions.query());
}

/** For a server that requires no tokens and issues none to guests. */
const newUserId = () => `web-${randomText()}`;

async function withClient<T>(identity: IdentityOptions, call: (client: EarshotClient) => Promise<T>): Promise<T> {
  const client = createEarshotClient({ url: location.origin, transport: 'http', ...identity });
  try {
    return await call(client);
  } finally {
    void client.close();
  }
}
