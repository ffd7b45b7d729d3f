import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCodes } from '@earshot/shared';
import type { WebSocket } from 'ws';

export interface OutboundBounds {
  /** Bytes that may lie unsent on one socket before its watchers pause. */
  unsentMax: number;
  /** Milliseconds a reader may stay behind before it is closed. */
  patienceMs: number;
}

export const outboundBounds: OutboundBounds = { unsentMax: 1024 * 1024, patienceMs: 30_000 };

const lookAgainMs = 100;
/** Calls waiting on one socket above which no more is read from it: a client that reconnects sends all of its at once. */
const waitingMax = 1_000;

/** Takes bytes of whole frames. False when too much is unsent: then nothing was taken. */
export type WriteFrames = (bytes: Uint8Array) => boolean;

/** Keeps what sockets have unsent within bounds, however slow their readers are. */
export class Outbound {
  readonly #bounds: OutboundBounds;

  constructor(bounds: OutboundBounds) {
    this.#bounds = bounds;
  }

  /**
   * Waits while a socket has too much unsent, so that memory stays bounded: a watcher that waits here holds only a
   * cursor. A reader that stays behind is closed with `SLOW_CONSUMER`, and resumes when it can.
   */
  async waitForRoom(socket: WebSocket): Promise<void> {
    let waited = 0;
    while (this.#isFull(socket) && socket.readyState === socket.OPEN) {
      if (waited >= this.#bounds.patienceMs) {
        socket.close(errorCodes.SLOW_CONSUMER.close, errorCodes.SLOW_CONSUMER.message);
        // Its close frame waits behind all that is unread, perhaps for ever.
        setTimeout(() => socket.terminate(), 1_000).unref();
        return;
      }
      await delay(lookAgainMs, undefined, { ref: false });
      waited += lookAgainMs;
    }
  }

  /** Stops reading from a socket whose client sends faster than it is served, or does not read what it is sent. */
  limitReading(socket: WebSocket, waiting: () => number): void {
    const tooMuch = () => this.#isFull(socket) || waiting() > waitingMax;
    let paused = false;
    socket.on('message', async () => {
      if (paused || !tooMuch()) return;
      paused = true;
      socket.pause();
      do {
        await this.waitForRoom(socket);
        await delay(lookAgainMs, undefined, { ref: false });
      } while (tooMuch() && socket.readyState === socket.OPEN);
      socket.resume();
      paused = false;
    });
  }

  /**
   * Writes frames that were built elsewhere to the stream under a socket. `ws` writes each of its own frames whole and at
   * once, so ours come between two of them, in order. That does not hold where it compresses: null then.
   */
  frameWriter(socket: WebSocket, stream: Writable): WriteFrames | null {
    if (socket.extensions !== '') return null;
    return (bytes) => {
      // After the close frame nothing may follow, and nobody is told anything any more.
      if (socket.readyState !== socket.OPEN) return true;
      if (this.#isFull(socket)) return false;
      stream.write(bytes);
      return true;
    };
  }

  #isFull(socket: WebSocket): boolean {
    return socket.bufferedAmount > this.#bounds.unsentMax;
  }
}
