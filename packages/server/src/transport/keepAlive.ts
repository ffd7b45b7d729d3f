import type { WebSocket, WebSocketServer } from 'ws';

/** Milliseconds between two pings; a socket that was silent for a whole one is dead. */
const pingMs = 30_000;

/** Pings every socket of the server now and then, and ends those whose client has gone without a word. */
export function keepAlive(sockets: WebSocketServer, intervalMs = pingMs): void {
  const heard = new WeakSet<WebSocket>();
  sockets.on('connection', (socket: WebSocket) => {
    const hear = () => heard.add(socket);
    hear();
    socket.on('message', hear).on('ping', hear).on('pong', hear);
  });
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (socket.isPaused) continue; // it may have answered: that is not read yet
      if (heard.delete(socket)) socket.ping();
      else socket.terminate();
    }
  }, intervalMs);
  timer.unref();
  sockets.on('close', () => clearInterval(timer));
}
