import type { RawData, WebSocket } from 'ws';
import { nextTurn } from '../../feed/nextTurn.ts';
import { Burst } from '../burst.ts';

/** Frames of one socket that may wait or be under way before no more are read from it. */
const underWayMax = 64;

interface InboxOptions {
  socket: Pick<WebSocket, 'pause' | 'resume'>;
  /** Whether the server stops, and has paused the socket for good: it is not to be read again. */
  stopping: () => boolean;
  /** Must not reject. */
  answer: (data: RawData, isBinary: boolean, mayGoOn: () => void) => Promise<void>;
}

/** Hands over a socket's frames in order: each begins when the one before is done, or has let it go on. */
export class Inbox {
  readonly #options: InboxOptions;
  #turn: Promise<void> = Promise.resolve();
  #underWay = 0;
  readonly #burst = new Burst();

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  take(data: RawData, isBinary: boolean): void {
    const { socket, stopping, answer } = this.#options;
    const { promise, resolve: mayGoOn } = Promise.withResolvers<void>();
    const before = this.#turn;
    this.#turn = promise;
    this.#underWay += 1;
    if (this.#underWay === underWayMax) socket.pause();
    void before
      .then(() => (this.#burst.take() ? undefined : nextTurn()))
      .then(() => answer(data, isBinary, mayGoOn))
      .finally(() => {
        mayGoOn();
        if (this.#underWay === underWayMax && !stopping()) socket.resume();
        this.#underWay -= 1;
      });
  }
}
