import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';

/** Milliseconds between two pings; a socket that was silent for a whole one is dead. */
const pingMs = 20_000;

/** No count of bytes: a socket gets one ping in any case. */
const unknown = -1;

interface Line {
  stream: Socket;
  /** Bytes that had come when it was looked at last. */
  heard: number;
}

/** Pings every socket of the server now and then, and ends those whose client has gone without a word. */
export function keepAlive(sockets: WebSocketServer, intervalMs = pingMs): void {
  // What has come is read off the stream: three listeners on every socket would tell no more.
  const lines = new WeakMap<WebSocket, Line>();
  sockets.on('connection', (socket: WebSocket, { socket: stream }: IncomingMessage) => {
    lines.set(socket, { stream, heard: unknown });
  });
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      const line = lines.get(socket);
      if (line === undefined) continue;
      if (socket.isPaused) {
        line.heard = unknown; // it may have answered: that is not read yet, nor at once when it goes on
        continue;
      }
      if (line.stream.bytesRead === line.heard) socket.terminate();
      else socket.ping();
      line.heard = line.stream.bytesRead;
    }
  }, intervalMs);
  timer.unref();
  sockets.on('close', () => clearInterval(timer));
}
