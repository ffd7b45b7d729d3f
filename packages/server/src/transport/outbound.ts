import type { Writable } from 'node:stream';
import { errorCodes } from '@earshot/shared';
import type { WebSocket } from 'ws';
import type { Report } from './report.ts';

export interface OutboundTimes {
  /** Milliseconds a reader may stay behind before it is closed. */
  patienceMs: number;
  /** Milliseconds that the close frame, which waits behind all that is unread, has to get through. */
  lastChanceMs: number;
}

const defaultTimes: OutboundTimes = { patienceMs: 30_000, lastChanceMs: 10_000 };

/** Bytes that may lie unsent on one socket before what would add to them waits. */
const unsentMax = 1024 * 1024;
/** Calls waiting on one socket above which no more is read from it: a client that reconnects sends all of its at once. */
const waitingMax = 1_000;
const lookAgainMs = 100;

/** Takes bytes of whole frames. False when too much is unsent: then nothing was taken. */
export type WriteFrames = (bytes: Uint8Array) => boolean;

/** What lies unsent on one socket: keeps it bounded, however slow its reader is. */
export class Outbound {
  readonly #socket: WebSocket;
  readonly #report: Report;
  readonly #times: OutboundTimes;
  #draining: Promise<void> | null = null;

  constructor(socket: WebSocket, report: Report, times: Partial<OutboundTimes> = {}) {
    this.#socket = socket;
    this.#report = report;
    this.#times = { ...defaultTimes, ...times };
  }

  /**
   * Resolves when more may be written: a watcher that waits here holds only a cursor. A reader that stays behind is
   * closed with `SLOW_CONSUMER`, and resumes when it can.
   */
  readonly writable = async (): Promise<void> => {
    if (this.#isFull()) await this.#drained();
  };

  /** Stops reading from the socket while its client sends faster than it is served, or does not read what it is sent. */
  limitReading(waiting: () => number): void {
    let paused = false;
    this.#socket.on('message', async () => {
      if (paused || !(this.#isFull() || waiting() > waitingMax)) return;
      paused = true;
      this.#socket.pause();
      do {
        await this.#drained();
      } while (waiting() > waitingMax && this.#socket.readyState === this.#socket.OPEN);
      this.#socket.resume();
      paused = false;
    });
  }

  /**
   * Writes frames that were built elsewhere to the stream under the socket. `ws` writes each of its own frames whole and
   * at once, so ours come between two of them, in order. That does not hold where it compresses: null then.
   */
  frameWriter(stream: Writable): WriteFrames | null {
    if (this.#socket.extensions !== '') return null;
    return (bytes) => {
      if (this.#isFull()) return false;
      // After the close frame nothing may follow, and nobody is told anything any more.
      if (this.#socket.readyState === this.#socket.OPEN) stream.write(bytes);
      return true;
    };
  }

  #isFull(): boolean {
    return this.#socket.bufferedAmount > unsentMax && this.#socket.readyState === this.#socket.OPEN;
  }

  /** One wait for all who ask. Looks at least once more, a moment later. */
  #drained(): Promise<void> {
    this.#draining ??= this.#drain().finally(() => {
      this.#draining = null;
    });
    return this.#draining;
  }

  async #drain(): Promise<void> {
    const { patienceMs } = this.#times;
    let waited = 0;
    do {
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs).unref());
      waited += lookAgainMs;
    } while (this.#isFull() && waited < patienceMs);
    if (this.#isFull()) this.#giveUp();
  }

  #giveUp(): void {
    const { close, message } = errorCodes.SLOW_CONSUMER;
    this.#report('SLOW_CONSUMER', null, 'socket');
    this.#socket.close(close, message);
    setTimeout(() => this.#socket.terminate(), this.#times.lastChanceMs).unref();
  }
}
