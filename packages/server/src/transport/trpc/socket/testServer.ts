import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type AnyTRPCRouter, initTRPC } from '@trpc/server';
import { WebSocket, WebSocketServer } from 'ws';
import type { TrpcSocketOptions } from './options.ts';
import { serveRouter } from './serveRouter.ts';
import type { SubscriptionHandle } from './subscriptionHandle.ts';
import type { SocketTransport } from './transport.ts';

/** The context of test routers that need one. */
export interface TestContext {
  name: string;
  subscription?: SubscriptionHandle;
}

export const t = initTRPC.context<TestContext>().create({ isDev: false });

/** One client of the server under test. */
export interface TestClient {
  readonly ws: WebSocket;
  send(message: unknown): void;
  /** The next message from the server. */
  next(): Promise<unknown>;
  /** Resolves to the close code. */
  readonly closed: Promise<number>;
}

export interface TestServer extends AsyncDisposable {
  readonly wss: WebSocketServer;
  /** `url`: path and query. */
  connect(url?: string): Promise<TestClient>;
}

/** Serves a router on a WebSocket server of its own. */
export async function serve<TRouter extends AnyTRPCRouter, TTransport extends SocketTransport = SocketTransport>(
  options: TrpcSocketOptions<TRouter, TTransport>,
): Promise<TestServer> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  serveRouter(wss, options);
  await once(wss, 'listening');
  const { port } = wss.address() as AddressInfo;
  return {
    wss,
    connect: (url = '/') => connect(`ws://127.0.0.1:${port}${url}`),
    [Symbol.asyncDispose]: async () => {
      for (const socket of wss.clients) socket.terminate();
      wss.close();
    },
  };
}

async function connect(url: string): Promise<TestClient> {
  const ws = new WebSocket(url);
  const received: string[] = [];
  let onReceived = () => {};
  ws.on('error', () => {});
  ws.on('message', (data) => {
    received.push(String(data));
    onReceived();
  });
  const closed = new Promise<number>((resolve) => ws.on('close', resolve));
  await once(ws, 'open');
  return {
    ws,
    closed,
    send: (message) => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: async () => {
      while (received.length === 0) await new Promise<void>((resolve) => (onReceived = resolve));
      const text = received.shift() ?? '';
      return text.startsWith('P') ? text : JSON.parse(text);
    },
  };
}

export const call = (id: number | string, method: string, path: string, input?: unknown) => ({
  id,
  method,
  params: { path, input },
});

export const dataOf = (id: number | string, data: unknown) => ({ id, result: { type: 'data', data } });
export const started = (id: number | string) => ({ id, result: { type: 'started' } });
export const stopped = (id: number | string) => ({ id, result: { type: 'stopped' } });
export const stop = (id: number | string) => ({ id, method: 'subscription.stop' });
