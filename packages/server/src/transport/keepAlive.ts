import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';

/** Milliseconds between two looks at a socket. One that was silent from one to the next is pinged; at the third it is dead, as a rule. */
const checkIntervalMs = 15_000;

/** The sockets are looked at a part at a time: ten thousand pings at once would hold everybody up for a tenth of a second. */
const slots = 16;

/**
 * Looks that find a socket silent, beyond the first, before it is dead. A ping waits behind what its reader leaves unread;
 * who reads nothing is closed as a slow reader before that.
 */
const missedChecksMax = { idle: 1, unread: 4 };

/** No count of bytes: whatever has come is news. */
const unknownBytes = -1;

interface SocketActivity {
  stream: Socket;
  slot: number;
  /** Bytes that had come when it was looked at last. */
  lastBytesRead: number;
  /** Looks before that at which it was silent as well. */
  silentChecks: number;
}

/** Pings who was silent for a while, and ends those whose client has gone without a word. */
export function keepAlive(sockets: WebSocketServer, intervalMs = checkIntervalMs): void {
  // What has come is read off the stream: three listeners on every socket would tell no more.
  const activities = new WeakMap<WebSocket, SocketActivity>();
  let connections = 0;
  sockets.on('connection', (socket: WebSocket, { socket: stream }: IncomingMessage) => {
    connections += 1;
    activities.set(socket, { stream, slot: connections % slots, lastBytesRead: unknownBytes, silentChecks: 0 });
  });
  let slot = 0;
  const timer = setInterval(() => {
    slot = (slot + 1) % slots;
    for (const socket of sockets.clients) {
      const activity = activities.get(socket);
      if (activity?.slot === slot) checkSocket(socket, activity);
    }
  }, intervalMs / slots);
  timer.unref();
  sockets.on('close', () => clearInterval(timer));
}

function checkSocket(socket: WebSocket, activity: SocketActivity): void {
  const { bytesRead } = activity.stream;
  // One that is not read from may have answered: that is not known yet, nor at once when it goes on.
  const received = socket.isPaused ? unknownBytes : bytesRead;
  if (received === unknownBytes || received !== activity.lastBytesRead) {
    activity.lastBytesRead = received;
    activity.silentChecks = 0;
  } else if (activity.silentChecks >= (socket.bufferedAmount > 0 ? missedChecksMax.unread : missedChecksMax.idle)) {
    socket.terminate();
  } else {
    if (activity.silentChecks === 0) socket.ping();
    activity.silentChecks += 1;
  }
}
