import type { AnyTRPCRouter } from '@trpc/server';
import { handleKeepAlive } from '@trpc/server/adapters/ws';
import type { WebSocketServer } from 'ws';
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
    const connection = new TrpcConnection(resolved, { socket, transport, req });
    // Each socket has its own listeners. Shared ones need a map from sockets to connections, which costs more, also in garbage collection.
    socket.on('message', (data, isBinary) => connection.receive(data, isBinary)).on('close', () => connection.close());
    if (!options.transport) socket.on('error', (error) => connection.reportFault(error));
    if (keepAlive?.enabled) handleKeepAlive(socket, keepAlive.pingMs, keepAlive.pongWaitMs);
  });
}
