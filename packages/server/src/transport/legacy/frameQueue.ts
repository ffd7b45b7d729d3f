import type { RawData, WebSocket } from 'ws';
import { TickLimit } from '../../async/tickLimit.ts';
import { yieldToEventLoop } from '../../async/yieldToEventLoop.ts';

/** Maximum frames of one socket that are queued or running before reading pauses. */
const pendingMax = 64;

interface FrameQueueOptions {
  socket: Pick<WebSocket, 'pause' | 'resume'>;
  /** Whether the server is stopping. It has then paused the socket, which must not be resumed. */
  isStopping: () => boolean;
  /** Must not reject. */
  handle: (data: RawData, isBinary: boolean, release: () => void) => Promise<void>;
}

/** Processes a socket's frames in order: each begins when the one before is done or has called `release`. */
export class FrameQueue {
  readonly #options: FrameQueueOptions;
  #previous: Promise<void> = Promise.resolve();
  #pendingCount = 0;
  readonly #tickLimit = new TickLimit();

  constructor(options: FrameQueueOptions) {
    this.#options = options;
  }

  push(data: RawData, isBinary: boolean): void {
    const { socket, isStopping, handle } = this.#options;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const before = this.#previous;
    this.#previous = promise;
    this.#pendingCount += 1;
    if (this.#pendingCount === pendingMax) socket.pause();
    void before
      .then(() => (this.#tickLimit.take() ? undefined : yieldToEventLoop()))
      .then(() => handle(data, isBinary, release))
      .finally(() => {
        release();
        if (this.#pendingCount === pendingMax && !isStopping()) socket.resume();
        this.#pendingCount -= 1;
      });
  }
}
