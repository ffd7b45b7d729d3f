import type { RawData } from 'ws';
import type { ClientSocket } from '../sockets/clientSocket.ts';

/** Maximum frames of one socket that are queued or running before reading pauses. */
const pendingMax = 64;

interface FrameQueueOptions {
  client: Pick<ClientSocket, 'pauseReading' | 'resumeReading' | 'starts'>;
  /** Must not reject. */
  handle: (data: RawData, isBinary: boolean, release: () => void) => Promise<void>;
}

/** Processes a socket's frames in order: each begins when the one before is done or has called `release`. */
export class FrameQueue {
  readonly #options: FrameQueueOptions;
  #previous: Promise<void> = Promise.resolve();
  #pendingCount = 0;

  constructor(options: FrameQueueOptions) {
    this.#options = options;
  }

  push(data: RawData, isBinary: boolean): void {
    const { client, handle } = this.#options;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const before = this.#previous;
    this.#previous = promise;
    this.#pendingCount += 1;
    if (this.#pendingCount === pendingMax) client.pauseReading();
    void before
      .then(() => client.starts.take())
      .then(() => handle(data, isBinary, release))
      .finally(() => {
        release();
        if (this.#pendingCount === pendingMax) client.resumeReading();
        this.#pendingCount -= 1;
      });
  }
}
