import type { RawData, WebSocket } from 'ws';

/** Frames of one socket that may wait or be under way before no more are read from it. */
const underWayMax = 64;

type Answer = (data: RawData, isBinary: boolean, mayGoOn: () => void) => Promise<void>;

/** Hands over a socket's frames in order: each begins when the one before is done, or has let it go on. */
export class Inbox {
  readonly #socket: Pick<WebSocket, 'pause' | 'resume'>;
  readonly #answer: Answer;
  #turn: Promise<void> = Promise.resolve();
  #underWay = 0;

  /** `answer` must not reject. */
  constructor(socket: Pick<WebSocket, 'pause' | 'resume'>, answer: Answer) {
    this.#socket = socket;
    this.#answer = answer;
  }

  take(data: RawData, isBinary: boolean): void {
    const { promise, resolve: mayGoOn } = Promise.withResolvers<void>();
    const before = this.#turn;
    this.#turn = promise;
    this.#underWay += 1;
    if (this.#underWay === underWayMax) this.#socket.pause();
    void before
      .then(() => this.#answer(data, isBinary, mayGoOn))
      .finally(() => {
        mayGoOn();
        if (this.#underWay === underWayMax) this.#socket.resume();
        this.#underWay -= 1;
      });
  }
}
