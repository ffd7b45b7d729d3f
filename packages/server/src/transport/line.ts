import type { WebSocket } from 'ws';
import type { Line } from '../domain/connection.ts';
import type { Outbound } from './outbound.ts';

/** The line under a socket. */
export function watchLine(socket: WebSocket, outbound: Outbound): Line {
  const line = { broken: false, writable: () => outbound.writable() };
  socket.prependOnceListener('close', (code) => {
    line.broken = isBreak(code);
  });
  return line;
}

/** Whether a socket closed without a close frame: its line broke, or its client vanished. */
export function isBreak(code: number): boolean {
  return code === 1006;
}
