import { httpClient } from './httpClient.ts';
import { type Api, type Identity, stockClient, type Watch } from './stockClient.ts';

export interface TransportClient extends Disposable {
  api: Api;
  watch(roomId: string, options?: { lastEventId?: string; history?: number }): Watch;
}

interface Transport {
  transport: string;
  connect(url: string, identity: Identity): TransportClient;
}

/** The transports of the typed API, each with tRPC's own client. Subscriptions over HTTP are SSE. */
export const transports: readonly Transport[] = [
  { transport: 'WebSocket', connect: stockClient },
  { transport: 'HTTP', connect: httpClient },
];
