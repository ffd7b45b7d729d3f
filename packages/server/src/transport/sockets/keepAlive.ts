import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';

/**
 * Milliseconds between two checks of a socket. A socket that was silent for one interval is pinged; one that stays silent
 * is terminated.
 */
const checkIntervalMs = 15_000;

/** Sockets are checked in portions: ten thousand pings at once would block the event loop for a tenth of a second. */
const slotCount = 16;

/**
 * A socket that is still silent at this check after its ping is terminated. `unread` is for a socket with unsent data: its
 * ping waits behind that data. A reader that reads nothing is closed as a slow consumer first.
 */
const missedChecksMax = { idle: 1, unread: 4 };

/** No byte count is known: the next check counts as activity. */
const unknownBytes = -1;

interface SocketActivity {
  stream: Socket;
  /** Bytes received up to the last check. */
  lastBytesRead: number;
  /** Earlier checks in a row that found the socket silent. */
  silentChecks: number;
}

/** Pings silent sockets, and terminates those whose client is gone. */
export function keepAlive(sockets: WebSocketServer, intervalMs = checkIntervalMs): void {
  // Activity is read from the stream's byte counter, which saves three listeners on every socket.
  const slots = Array.from({ length: slotCount }, () => new Map<WebSocket, SocketActivity>());
  function forget(this: WebSocket): void {
    for (const slot of slots) if (slot.delete(this)) return;
  }
  let connections = 0;
  sockets.on('connection', (socket: WebSocket, { socket: stream }: IncomingMessage) => {
    connections += 1;
    slots[connections % slotCount]?.set(socket, { stream, lastBytesRead: unknownBytes, silentChecks: 0 });
    socket.on('close', forget);
  });
  let turn = 0;
  const timer = setInterval(() => {
    turn = (turn + 1) % slotCount;
    for (const [socket, activity] of slots[turn] ?? []) checkSocket(socket, activity);
  }, intervalMs / slotCount);
  timer.unref();
  sockets.on('close', () => clearInterval(timer));
}

function checkSocket(socket: WebSocket, activity: SocketActivity): void {
  const { bytesRead } = activity.stream;
  // A paused socket may have received an answer. It is unknown until some time after reading resumes.
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
