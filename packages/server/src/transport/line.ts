import type { WebSocket } from 'ws';
import type { Line } from '../domain/connection.ts';
import type { Outbound } from './outbound.ts';

/** The line under a socket. Without a close frame (1006) it broke, or the client vanished. */
export function watchLine(socket: WebSocket, outbound: Outbound): Line {
  const line = { broken: false, writable: () => outbound.writable() };
  socket.prependOnceListener('close', (code) => {
    line.broken = code === 1006;
  });
  return line;
}
