import {
  asEarshotError,
  createEarshotClient,
  createGuest,
  type EarshotClient,
  type IdentityOptions,
} from '@earshot/client';
import { StartError } from '../startError.ts';
import { deviceId } from './device.ts';
import { showConnection } from './notices.ts';
import type { Screen } from './terminal.ts';
import { openTokenSource, type TokenOptions } from './tokens.ts';

/** A guest's token is renewed after this many milliseconds of its 24 hours. */
const renewAfterMs = 23 * 60 * 60_000;

interface SignInOptions extends TokenOptions {
  url: string;
  username: string;
  screen: Screen;
  /** The file with the id of this device, for guests. */
  deviceFile?: string;
  /** Aborts when the user quits. */
  signal: AbortSignal;
}

export interface SignedIn {
  client: EarshotClient;
  /** What follows “You are in the room”: the name, if it is known. */
  label: string;
}

/**
 * Connects with a token, or under a name. Where the server checks tokens and allows guests, the name is that of a guest, whose token is
 * renewed ahead of its end. Rejects if the server refuses.
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const { username, screen } = options;
  const { token } = options;
  if (token !== undefined) return { client: connect(options, { token }), label: '' };
  const getToken = await openTokenSource(options, screen.print);
  if (getToken !== null) return { client: connect(options, { getToken }), label: '' };
  const client = connect(options, { username });
  try {
    await client.trpc.auth.session.query(undefined, { signal: options.signal });
    return { client, label: ` as ${username}` };
  } catch (cause) {
    await client.close();
    const error = asEarshotError(cause);
    if (error.code !== 'UNAUTHENTICATED') throw error;
    const first = await guestToken(options, undefined).catch((refusal: unknown) => {
      throw asEarshotError(refusal).code === 'GUESTS_NOT_ALLOWED' ? error : refusal;
    });
    return { client: connect(options, { getToken: renewedToken(options, first) }), label: ` as ${username} (guest)` };
  }
}

function connect({ url, screen }: SignInOptions, identity: IdentityOptions): EarshotClient {
  const client = create(url, identity);
  showConnection(client, screen, url);
  return client;
}

function create(url: string, identity: IdentityOptions): EarshotClient {
  try {
    return createEarshotClient({ url, ...identity });
  } catch (error) {
    throw error instanceof TypeError ? new StartError(error.message) : error;
  }
}

/** Renews the token when it is old. If that fails, the old one may be valid still. */
function renewedToken(options: SignInOptions, first: string): () => Promise<string> {
  let token = first;
  let issuedAt = performance.now();
  return async () => {
    if (performance.now() - issuedAt < renewAfterMs) return token;
    token = await guestToken(options, token).catch(() => token);
    issuedAt = performance.now();
    return token;
  };
}

async function guestToken(
  { url, username, screen, deviceFile, signal }: SignInOptions,
  former: string | undefined,
): Promise<string> {
  const client = create(url, {});
  let isAnnounced = false;
  const onProgress = () => {
    if (!isAnnounced) screen.print('— computing the proof of work that this server requires from new guests … —');
    isAnnounced = true;
  };
  try {
    const device = await deviceId(deviceFile);
    return (await createGuest(client, { username, token: former, device, onProgress, signal })).token;
  } finally {
    await client.close();
  }
}
