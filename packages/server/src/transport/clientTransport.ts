import type { WebSocket } from 'ws';
import type { ClientTransport } from '../domain/connection.ts';
import type { Outbound } from './outbound.ts';

/** The `ClientTransport` of a socket. */
export function trackTransport(socket: WebSocket, outbound: Outbound): ClientTransport {
  const transport = { isBroken: false, writable: () => outbound.writable() };
  socket.prependOnceListener('close', (code) => {
    transport.isBroken = isAbnormalClose(code);
  });
  return transport;
}

/** Whether a socket closed without a close frame: the connection broke, or the client vanished. */
export function isAbnormalClose(code: number): boolean {
  return code === 1006;
}
