import { setTimeout as delay } from 'node:timers/promises';
import { errorEntry } from '@earshot/shared';
import type { WebSocket } from 'ws';
import type { Hub } from '../feed/hub.ts';
import type { InFlight } from './inFlight.ts';

/** Milliseconds within which clients are told to come back, each at a random moment. */
const reconnectWithinMs = 5_000;
/** Milliseconds over which sockets are closed, so that not all clients look for another instance at once. */
const spreadMs = 2_000;
const stepMs = 50;
/** Milliseconds that calls under way may take to finish, and clients to answer the closing handshake. */
const drainTimeoutMs = 2_000;

/** What is still to be said before sockets are closed. */
interface DrainOptions {
  inFlight: InFlight;
  hub: Pick<Hub, 'flush'>;
}

/** Takes leave of all sockets: lets running calls finish, then closes in steps and says when to come back. */
export async function drain(sockets: Iterable<WebSocket>, { inFlight, hub }: DrainOptions): Promise<void> {
  const open = [...sockets];
  for (const socket of open) socket.pause(); // what is not read yet will be sent again, to another instance
  await inFlight.drain(drainTimeoutMs);
  hub.flush(); // to older clients, the message they are told of is the answer

  const steps = Math.min(Math.ceil(open.length / 10), spreadMs / stepMs);
  const perStep = Math.ceil(open.length / Math.max(1, steps));
  for (let from = 0; from < open.length; from += perStep) {
    if (from > 0) await delay(stepMs);
    for (const socket of open.slice(from, from + perStep)) close(socket);
  }
  await untilClosed(open);
}

function close(socket: WebSocket): void {
  socket.removeAllListeners('message'); // a call read from now on could not be answered
  socket.resume();
  socket.close(errorEntry('SERVER_STOPPING').close, JSON.stringify({ reconnectWithinMs }));
}

async function untilClosed(sockets: readonly WebSocket[]): Promise<void> {
  const cutOff = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, drainTimeoutMs);
  await Promise.all(
    sockets.map((socket) =>
      socket.readyState === socket.CLOSED
        ? undefined
        : new Promise<void>((resolve) => socket.once('close', () => resolve())),
    ),
  );
  clearTimeout(cutOff);
}
