import { newId, type Role } from '@earshot/shared';
import { identityOf } from '../moderators.ts';
import type { SharedDeployment } from '../sharedDeployment.ts';
import { type Identity, stockClient } from '../stockClient.ts';
import type { TransportClient } from '../transports.ts';

/** A user with a role in the scope of a call. Roles from the room moderator's on exist as members of the room and as others. */
export interface Actor {
  role: Role;
  isMember: boolean;
  userId: string;
  token: string;
  client: TransportClient;
}

const claims: Partial<Record<Role, string>> = { admin: 'admin', moderator: 'moderator' };

/** Connects a user whose role is in the token, is granted later, or is none. */
export async function connectActor(
  url: string,
  role: Role,
  { isMember = role === 'member', connect = stockClient }: ActorOptions = {},
): Promise<Actor> {
  const userId = `${role} ${newId()}`;
  const claim = claims[role];
  const { token } = await identityOf(userId, ...(claim ? [claim] : []));
  return { role, isMember, userId, token, client: connect(url, role === 'anonymous' ? {} : { token }) };
}

interface ActorOptions {
  isMember?: boolean;
  /** The transport. Default: WebSocket. */
  connect?: (url: string, identity: Identity) => TransportClient;
}

/** The users of the tests in rooms and areas. */
export interface Cast extends Disposable {
  all: readonly Actor[];
  get(role: Role, isMember?: boolean): Actor;
  /** A plain member, whom calls concern. */
  subject: Actor;
}

const withBoth: readonly Role[] = ['roomModerator', 'owner', 'areaModerator', 'moderator', 'admin'];

/** Weakest first. Granted roles are in force at once on the instance that grants them, so these users connect to `a`. */
export async function connectCast(
  { a, b }: SharedDeployment,
  connect: ActorOptions['connect'] = stockClient,
): Promise<Cast> {
  const all = await Promise.all([
    connectActor(b.url, 'anonymous', { connect }),
    connectActor(b.url, 'visitor', { connect }),
    connectActor(b.url, 'member', { connect }),
    ...withBoth.flatMap((role) =>
      [false, true].map((isMember) => connectActor(role === 'moderator' ? b.url : a.url, role, { isMember, connect })),
    ),
  ]);
  const subject = await connectActor(b.url, 'member', { connect });
  const get = (role: Role, isMember = role === 'member') => {
    const found = all.find((actor) => actor.role === role && actor.isMember === isMember);
    if (!found) throw new Error(`no ${role}`);
    return found;
  };
  const dispose = () => {
    for (const { client } of [...all, subject]) client[Symbol.dispose]();
  };
  return { all, get, subject, [Symbol.dispose]: dispose };
}
