import { signToken } from '../../../resources/tokens.ts';
import type { Caller, Protocol } from './protocol.ts';

/** tRPC 11 over WebSocket with superjson: Earshot's own API, and the plain tRPC server that implements a part of it. */
export const trpc: Protocol = {
  path: '/trpc?connectionParams=1',
  beats: new Map([['PING', 'PONG']]),

  answer(head) {
    const [, id, kind] = /^\{"id":(\d+),"(result":\{"type":"data"|error)/.exec(head) ?? [];
    return id === undefined ? null : { id: Number(id), ok: kind !== 'error' };
  },

  async greet(link, username) {
    link.send(JSON.stringify({ method: 'connectionParams', data: { username } }));
  },

  async makeRoom(link, number) {
    const payload = await call(link, 'mutation', 'rooms.join', { location: placeOf(number), searchRadius: 100 });
    return roomIdIn(JSON.parse(payload.toString()));
  },

  async join(link, roomId) {
    await call(link, 'mutation', 'rooms.join', { roomId });
  },

  async watch(link, roomId, lastEventId) {
    await call(link, 'subscription', 'rooms.watch', { roomId, history: 0, lastEventId });
  },

  async send(link, roomId, content) {
    await call(link, 'mutation', 'messages.send', { roomId, content });
  },
};

/** The same for a server that checks tokens: each user has one, and returns with the same. */
export const trpcWithTokens: Protocol = {
  ...trpc,

  async greet(link, username) {
    const token = await signToken(`id of ${username}`, tokensExpireAt, username);
    link.send(JSON.stringify({ method: 'connectionParams', data: { token } }));
  },
};

const tokensExpireAt = new Date(Date.UTC(2100, 0));

/** Reads the last page of a room's history, of 50 messages. */
export async function readLastPage(link: Caller, roomId: string): Promise<void> {
  await call(link, 'query', 'messages.history', { roomId, limit: 50 });
}

interface User {
  userId: string;
  username: string;
}

/** Lists the users present in the room. */
export async function listPresent(link: Caller, roomId: string): Promise<User[]> {
  const payload = await call(link, 'query', 'presence.list', { roomId });
  const { result }: Listed = JSON.parse(payload.toString());
  return result.data.json;
}

interface Listed {
  result: { data: { json: User[] } };
}

/** Blocks the users on behalf of the caller. */
export async function blockUsers(link: Caller, users: readonly User[]): Promise<void> {
  for (const user of users) await call(link, 'mutation', 'me.block', user);
}

function call(link: Caller, method: string, path: string, input: object): Promise<Buffer> {
  return link.call((id) => JSON.stringify({ id, method, params: { path, input: { json: input } } }));
}

/** Locations some kilometres apart, so that each number gets a room of its own. */
function placeOf(number: number): { latitude: number; longitude: number } {
  return { latitude: -50 + Math.floor(number / 1_000) * 0.05, longitude: -170 + (number % 1_000) * 0.05 };
}

interface Joined {
  result: { data: { json: { room: { id: string } } } };
}

const roomIdIn = ({ result }: Joined): string => result.data.json.room.id;
