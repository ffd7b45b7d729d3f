import type { AppRouter } from '@earshot/server';
import { parsePosition, type RoomEvent, transformer } from '@earshot/shared';
import { createTRPCClient, createWSClient, type TRPCClient, wsLink } from '@trpc/client';
import { type Collected, collect } from './collect.ts';

export type Api = TRPCClient<AppRouter>;

/** tRPC's own client over one WebSocket. Only the transformer is Earshot's. */
export interface StockClient extends Disposable {
  api: Api;
  /** Watches a room and records the events. */
  watch(roomId: string, options?: { lastEventId?: string; history?: number }): Watch;
  close(): Promise<void>;
}

export interface Watched {
  /** The tracked id. */
  id: string;
  /** The number of the position in the id. */
  seq: number;
  event: RoomEvent;
}

export interface Watch extends Collected<Watched>, Disposable {
  stop(): void;
}

export type Identity = Record<string, string>;

/** Connects with an identity: `{username}`, `{username, userId}` or `{token}`; without one: `{}`. */
export function stockClient(url: string, identity: Identity): StockClient {
  const socket = createWSClient({
    url: `${url.replace(/^http/, 'ws')}/trpc`,
    connectionParams: async () => identity,
    retryDelayMs: () => 20,
  });
  const api = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket, transformer })] });
  const close = async () => {
    await socket.close();
  };
  return { api, close, watch: (roomId, options) => watchRoom(api, { roomId, ...options }), [Symbol.dispose]: close };
}

export function watchRoom(api: Api, input: { roomId: string; lastEventId?: string; history?: number }): Watch {
  const collected = collect<Watched>();
  const subscription = api.rooms.watch.subscribe(input, {
    onData: ({ id, data }) => collected.push({ id, seq: parsePosition(id).seq, event: data }),
    onError: (error) => collected.fail(error),
    onComplete: () => collected.end(),
  });
  const stop = () => subscription.unsubscribe();
  return Object.assign(collected, { stop, [Symbol.dispose]: stop });
}
