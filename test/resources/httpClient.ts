import type { AppRouter } from '@earshot/server';
import { transformer } from '@earshot/shared';
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from '@trpc/client';
import { EventSource } from 'eventsource';
import { type Api, type Identity, type Watch, watchRoom } from './stockClient.ts';

export interface HttpClient extends Disposable {
  api: Api;
  watch(roomId: string, options?: { lastEventId?: string; history?: number }): Watch;
  /** Number of requests for queries and mutations so far. */
  requests(): number;
}

/** tRPC's own client without WebSocket: batches for calls, SSE for subscriptions. `headers`: those of each call, beside the identity. */
export function httpClient(baseUrl: string, identity: Identity, headers: Record<string, string> = {}): HttpClient {
  const url = `${baseUrl}/trpc`;
  let requests = 0;
  const api = createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: ({ type }) => type === 'subscription',
        true: httpSubscriptionLink({ url, transformer, EventSource, connectionParams: identity }),
        false: httpBatchLink({
          url,
          transformer,
          headers: { ...identityHeaders(identity), ...headers },
          fetch: (input, init) => {
            requests += 1;
            return fetch(input, init as RequestInit);
          },
        }),
      }),
    ],
  });
  return {
    api,
    watch: (roomId, options) => watchRoom(api, { roomId, ...options }),
    requests: () => requests,
    [Symbol.dispose]: () => {}, // requests end by themselves, and each watch is disposable
  };
}

function identityHeaders({ username, userId, token }: Identity): Record<string, string> {
  return {
    ...(username !== undefined && { 'x-earshot-username': encodeURIComponent(username) }),
    ...(userId !== undefined && { 'x-earshot-user-id': encodeURIComponent(userId) }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
}
