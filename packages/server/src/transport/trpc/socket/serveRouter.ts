import type { AnyTRPCRouter } from '@trpc/server';
import { handleKeepAlive } from '@trpc/server/adapters/ws';
import type { RawData, WebSocket, WebSocketServer } from 'ws';
import type { TrpcSocketOptions } from './options.ts';
import { resolveOptions } from './resolvedOptions.ts';
import { type SocketTransport, WsTransport } from './transport.ts';
import { TrpcConnection } from './trpcConnection.ts';

/** Serves a router on the sockets of a `ws` server. */
export function serveRouter<TRouter extends AnyTRPCRouter, TTransport extends SocketTransport = SocketTransport>(
  wss: WebSocketServer,
  options: TrpcSocketOptions<TRouter, TTransport>,
): void {
  const { prefix, keepAlive } = options;
  const resolved = resolveOptions(options);
  wss.on('connection', (socket, req) => {
    if (prefix !== undefined && !req.url?.startsWith(prefix)) return;
    const transport = options.transport?.(socket, req) ?? new WsTransport(socket);
    connections.set(socket, new TrpcConnection(resolved, { socket, transport, req }));
    socket.on('message', onMessage).on('close', onClose);
    if (!options.transport) socket.on('error', onError);
    if (keepAlive?.enabled) handleKeepAlive(socket, keepAlive.pingMs, keepAlive.pongWaitMs);
  });
}

/** The connection of each socket. With this map, all sockets share the same listener functions. */
const connections = new WeakMap<WebSocket, TrpcConnection>();

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  connections.get(this)?.receive(data, isBinary);
}

function onError(this: WebSocket, error: Error): void {
  connections.get(this)?.reportFault(error);
}

function onClose(this: WebSocket): void {
  connections.get(this)?.close();
}
