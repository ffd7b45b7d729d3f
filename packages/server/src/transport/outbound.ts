import { setTimeout as delay } from 'node:timers/promises';
import { errorCodes } from '@earshot/shared';
import type { WebSocket } from 'ws';

/** Bytes that may lie unsent on one socket before its watchers pause. */
const unsentMax = 1024 * 1024;
/** Milliseconds a reader may stay behind before it is closed. */
const patienceMs = 30_000;
const lookAgainMs = 100;

/**
 * Waits while a socket has too much unsent, so that memory stays bounded however slow its reader is: a watcher that
 * waits here holds only a cursor. A reader that stays behind is closed with `SLOW_CONSUMER`, and resumes when it can.
 */
export async function waitForRoom(socket: WebSocket): Promise<void> {
  let waited = 0;
  while (socket.bufferedAmount > unsentMax && socket.readyState === socket.OPEN) {
    if (waited >= patienceMs) {
      socket.close(errorCodes.SLOW_CONSUMER.close, errorCodes.SLOW_CONSUMER.message);
      // Its close frame waits behind all that is unread, perhaps for ever.
      setTimeout(() => socket.terminate(), 1_000).unref();
      return;
    }
    await delay(lookAgainMs, undefined, { ref: false });
    waited += lookAgainMs;
  }
}

/** Calls waiting on one socket above which no more is read from it: a client that reconnects sends all of its at once. */
const waitingMax = 1_000;

/** Stops reading from a socket whose client sends faster than it is served, or does not read what it is sent. */
export function limitReading(socket: WebSocket, waiting: () => number): void {
  const tooMuch = () => socket.bufferedAmount > unsentMax || waiting() > waitingMax;
  let paused = false;
  socket.on('message', async () => {
    if (paused || !tooMuch()) return;
    paused = true;
    socket.pause();
    do {
      await waitForRoom(socket);
      await delay(lookAgainMs, undefined, { ref: false });
    } while (tooMuch() && socket.readyState === socket.OPEN);
    socket.resume();
    paused = false;
  });
}
