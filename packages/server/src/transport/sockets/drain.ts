import { setTimeout as delay } from 'node:timers/promises';
import { errorEntry, reconnectReason } from '@earshot/shared';
import type { WebSocket } from 'ws';
import type { InFlight } from '../../async/inFlight.ts';
import type { Hub } from '../../feed/hub.ts';

/** Milliseconds within which clients should reconnect, each at a random time. */
const reconnectWithinMs = 5_000;
/** Milliseconds over which the closing of sockets is spread, so that not all clients reconnect at once. */
const spreadMs = 2_000;
const stepMs = 50;
/** Milliseconds in which running calls can finish, and clients can answer the closing handshake. */
const drainTimeoutMs = 2_000;

/** Work to finish before sockets are closed. */
interface DrainOptions {
  inFlight: InFlight;
  hub: Pick<Hub, 'flush'>;
}

/** Drains all sockets: lets running calls finish, then closes the sockets in steps, with a delay for the reconnect. */
export async function drain(sockets: Iterable<WebSocket>, { inFlight, hub }: DrainOptions): Promise<void> {
  const open = [...sockets];
  for (const socket of open) socket.pause(); // clients send unread calls again, to another instance
  await inFlight.drain(drainTimeoutMs);
  hub.flush(); // for a legacy client, its own message's event is the acknowledgement

  const steps = Math.min(Math.ceil(open.length / 10), spreadMs / stepMs);
  const perStep = Math.ceil(open.length / Math.max(1, steps));
  for (let from = 0; from < open.length; from += perStep) {
    if (from > 0) await delay(stepMs);
    for (const socket of open.slice(from, from + perStep)) close(socket);
  }
  await untilClosed(open);
}

function close(socket: WebSocket): void {
  socket.removeAllListeners('message'); // calls read from now on could not be answered
  socket.resume();
  socket.close(errorEntry('SERVER_STOPPING').close, reconnectReason(reconnectWithinMs));
}

async function untilClosed(sockets: readonly WebSocket[]): Promise<void> {
  const terminateTimer = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, drainTimeoutMs);
  await Promise.all(
    sockets.map((socket) =>
      socket.readyState === socket.CLOSED
        ? undefined
        : new Promise<void>((resolve) => socket.once('close', () => resolve())),
    ),
  );
  clearTimeout(terminateTimer);
}
