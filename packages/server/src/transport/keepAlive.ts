import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';

/** Milliseconds between two looks at a socket. One that was silent from one to the next is pinged, at the third it is dead. */
const lookMs = 15_000;

/** The sockets are looked at a part at a time: ten thousand pings at once would hold everybody up for a tenth of a second. */
const parts = 16;

/** No count of bytes: whatever has come is news. */
const unknown = -1;

interface Line {
  stream: Socket;
  part: number;
  /** Bytes that had come when it was looked at last. */
  heard: number;
  /** It was silent then as well. */
  asked: boolean;
}

/** Pings who was silent for a while, and ends those whose client has gone without a word. */
export function keepAlive(sockets: WebSocketServer, intervalMs = lookMs): void {
  // What has come is read off the stream: three listeners on every socket would tell no more.
  const lines = new WeakMap<WebSocket, Line>();
  let connections = 0;
  sockets.on('connection', (socket: WebSocket, { socket: stream }: IncomingMessage) => {
    connections += 1;
    lines.set(socket, { stream, part: connections % parts, heard: unknown, asked: false });
  });
  let part = 0;
  const timer = setInterval(() => {
    part = (part + 1) % parts;
    for (const socket of sockets.clients) {
      const line = lines.get(socket);
      if (line?.part === part) look(socket, line);
    }
  }, intervalMs / parts);
  timer.unref();
  sockets.on('close', () => clearInterval(timer));
}

function look(socket: WebSocket, line: Line): void {
  const { bytesRead } = line.stream;
  // One that is not read from may have answered: that is not known yet, nor at once when it goes on.
  const heard = socket.isPaused ? unknown : bytesRead;
  if (heard === unknown || heard !== line.heard) {
    line.heard = heard;
    line.asked = false;
  } else if (line.asked) {
    socket.terminate();
  } else {
    line.asked = true;
    socket.ping();
  }
}
