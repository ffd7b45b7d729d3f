import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';

/** Milliseconds between two looks at a socket. One that was silent from one to the next is pinged; at the third it is dead, as a rule. */
const lookMs = 15_000;

/** The sockets are looked at a part at a time: ten thousand pings at once would hold everybody up for a tenth of a second. */
const parts = 16;

/**
 * Looks that find a socket silent, beyond the first, before it is dead. A ping waits behind what its reader leaves unread;
 * who reads nothing is closed as a slow reader before that.
 */
const patience = { idle: 1, unread: 4 };

/** No count of bytes: whatever has come is news. */
const unknown = -1;

interface Line {
  stream: Socket;
  part: number;
  /** Bytes that had come when it was looked at last. */
  heard: number;
  /** Looks before that at which it was silent as well. */
  silent: number;
}

/** Pings who was silent for a while, and ends those whose client has gone without a word. */
export function keepAlive(sockets: WebSocketServer, intervalMs = lookMs): void {
  // What has come is read off the stream: three listeners on every socket would tell no more.
  const lines = new WeakMap<WebSocket, Line>();
  let connections = 0;
  sockets.on('connection', (socket: WebSocket, { socket: stream }: IncomingMessage) => {
    connections += 1;
    lines.set(socket, { stream, part: connections % parts, heard: unknown, silent: 0 });
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
    line.silent = 0;
  } else if (line.silent >= (socket.bufferedAmount > 0 ? patience.unread : patience.idle)) {
    socket.terminate();
  } else {
    if (line.silent === 0) socket.ping();
    line.silent += 1;
  }
}
