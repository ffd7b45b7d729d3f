import type { WebSocket } from 'ws';

/** Notes how a socket closed: without a close frame (1006) the line broke, or the client vanished. */
export function watchLine(socket: WebSocket): { broken: boolean } {
  const line = { broken: false };
  socket.prependOnceListener('close', (code) => {
    line.broken = code === 1006;
  });
  return line;
}
