import { encodeWire, type Location } from '@earshot/shared';
import { procedureKinds } from '../../../resources/procedures.ts';
import { type Api, stockClient } from '../../../resources/stockClient.ts';
import { signModerator, signToken } from '../../../resources/tokens.ts';
import { atDistance } from '../../city/cityData.ts';
import { heavyUser } from '../dataSet.ts';

export interface CallerOptions {
  url: string;
  /** The rooms of `heavyUser`. */
  roomIds: readonly string[];
  /** Rooms that only moderators' calls change. */
  otherRoomIds: readonly string[];
}

/** What calls are made with. */
export interface Tools extends CallerOptions {
  /** Calls of `heavyUser`. */
  user: Api;
  /** Calls of an admin. */
  moderator: Api;
  room(n: number): string;
  otherRoom(n: number): string;
  /** A message of `heavyUser`, and one of another user in the same room. */
  own(n: number): Promise<MessageRef>;
  theirs(n: number): Promise<MessageRef>;
  /** A place in the city. */
  place(n: number): Location;
  /** Calls a procedure over HTTP as a user, or without an identity; each name has an address of its own. */
  callAs(name: string | null, path: string, input: unknown, n: number): Promise<unknown>;
  tokenOf(userId: string): Promise<string>;
  /** Ids that a preparation leaves for its call, by its number. */
  readonly prepared: Map<number, string>;
}

interface MessageRef {
  roomId: string;
  messageId: string;
}

/** Connects the clients. */
export async function createTools(options: CallerOptions): Promise<Tools> {
  const { url, roomIds, otherRoomIds } = options;
  const user = stockClient(url, { token: await signToken(heavyUser) }).api;
  const moderator = stockClient(url, { token: await signModerator('mod', 'admin') }).api;
  const tokens = new Map<string, Promise<string>>();
  const room = (n: number) => roomIds[n % roomIds.length] ?? '';
  const tokenOf = (userId: string) => {
    const token = tokens.get(userId) ?? signToken(userId);
    tokens.set(userId, token);
    return token;
  };

  async function find(n: number, isOwn: boolean): Promise<MessageRef> {
    const roomId = room(n);
    const { messages } = await user.messages.history.query({ roomId, limit: 100 });
    const fitting = messages.filter(({ userId, deleted }) => !deleted && (userId === heavyUser) === isOwn);
    return { roomId, messageId: fitting[Math.floor(n / roomIds.length) % fitting.length]?.id ?? '' };
  }

  return {
    ...options,
    ...{ user, moderator, room, tokenOf, prepared: new Map() },
    otherRoom: (n) => otherRoomIds[n % otherRoomIds.length] ?? '',
    own: (n) => find(n, true),
    theirs: (n) => find(n, false),
    place: (n) => atDistance(3_000 * ((n * 0.618) % 1), n * 2.4),
    async callAs(name, path, input, n) {
      const address = `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
      const token = name === null ? {} : { authorization: `Bearer ${await tokenOf(name)}` };
      return callOverHttp(url, { path, input, headers: { 'x-forwarded-for': address, ...token } });
    },
  };
}

interface HttpCall {
  path: string;
  input: unknown;
  headers: Record<string, string>;
}

async function callOverHttp(url: string, { path, input, headers }: HttpCall): Promise<unknown> {
  const wire = encodeWire(input);
  const response =
    procedureKinds.get(path) === 'query'
      ? await fetch(`${url}/trpc/${path}?input=${encodeURIComponent(wire)}`, { headers })
      : await fetch(`${url}/trpc/${path}`, {
          ...{ method: 'POST', body: wire },
          headers: { ...headers, 'content-type': 'application/json' },
        });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer?.error?.json?.data?.errorCode ?? `status ${response.status}`);
  return answer?.result?.data?.json;
}
