import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { closeWithError } from './closeWithError.ts';
import type { Report } from './report.ts';
import { compressedFrame, type MakeFrame, textFrame } from './textFrame.ts';

export interface OutboundTimes {
  /** Milliseconds a reader may stay behind before it is closed. */
  timeoutMs: number;
  /** Milliseconds that the close frame, which waits behind all that is unread, has to get through. */
  closeTimeoutMs: number;
}

const defaultTimes: OutboundTimes = { timeoutMs: 30_000, closeTimeoutMs: 10_000 };

/** Bytes that may lie unsent on one socket before what would add to them waits. */
const unsentMax = 1024 * 1024;
/** Calls waiting on one socket above which no more is read from it: a client that reconnects sends all of its at once. */
const waitingMax = 1_000;
const pollMs = 100;

/** What is written to one socket: keeps what lies unsent bounded, however slow its reader is. */
export class Outbound {
  /** Makes the frame of a text. It is the same function, and the frames are the same bytes, for all who agreed to the same. */
  readonly frame: MakeFrame;
  readonly #socket: WebSocket;
  readonly #stream: Writable;
  readonly #report: Report;
  readonly #times: Partial<OutboundTimes>;
  #drainPromise: Promise<void> | null = null;
  /** Whether the socket is not read from, for a client that sends faster than it is served. */
  #isReadingPaused = false;
  /** Whether something of an earlier turn was unsent when this one began. */
  #isBehind = false;

  /** `stream`: what lies under the socket. */
  constructor(
    { socket, stream }: { socket: WebSocket; stream: Writable },
    report: Report,
    times: Partial<OutboundTimes> = {},
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#report = report;
    this.#times = times;
    // `ws` compresses nothing: it writes each of its own frames whole and at once, so ours come between two of them, in order.
    this.frame = socket.extensions === '' ? textFrame : compressedFrame;
  }

  /** Whether the client is told anything still. */
  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /**
   * Resolves when more may be written; undefined: at once. A watcher that waits here holds only a cursor. A reader that stays behind is
   * closed with `SLOW_CONSUMER`, and resumes when it can.
   */
  writable(): Promise<void> | undefined {
    return this.#isFull() ? this.#untilDrained() : undefined;
  }

  /** Stops reading from the socket while its client sends faster than it is served, or does not read what it is sent. */
  limitReading(waiting: () => number): void {
    if (!this.#isReadingPaused && (this.#isFull() || waiting() > waitingMax)) void this.#pauseReading(waiting);
  }

  async #pauseReading(waiting: () => number): Promise<void> {
    this.#isReadingPaused = true;
    this.#socket.pause();
    do {
      await this.#untilDrained();
    } while (waiting() > waitingMax && this.isOpen);
    this.#socket.resume();
    this.#isReadingPaused = false;
  }

  /** Sends a text, together with what else is sent in this turn. Nothing, once the socket closes. */
  send(text: string): void {
    if (!this.isOpen) return;
    this.#cork();
    // What may lie unsent for long must not keep a part of Node's common pool in memory.
    this.#stream.write(this.frame(text, this.#isBehind ? Buffer.allocUnsafeSlow : Buffer.allocUnsafe));
  }

  /** The same with a frame that was made by `frame`. */
  sendFrame(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.#cork();
    this.#stream.write(frame);
  }

  /**
   * Writes whole frames that were built elsewhere: at once, or if there is `more` to come, together with what else is
   * written in this turn. False when too much is unsent: then nothing was taken.
   */
  writeFrames(bytes: Uint8Array, more = false): boolean {
    if (this.#isFull()) return false;
    // After the close frame nothing may follow, and nobody is told anything any more.
    if (!this.isOpen) return true;
    if (more) this.#cork();
    this.#stream.write(bytes);
    return true;
  }

  /** What is written from here on leaves at the end of this turn, as one. */
  #cork(): void {
    const stream = this.#stream;
    if (stream.writableCorked > 0) return;
    this.#isBehind = stream.writableLength > 0;
    stream.cork();
    process.nextTick(uncork, stream);
  }

  close(): void {
    this.#socket.close();
  }

  #isFull(): boolean {
    return this.#stream.writableLength > unsentMax && this.isOpen;
  }

  /** One wait for all who ask. Looks at least once more, a moment later. */
  #untilDrained(): Promise<void> {
    this.#drainPromise ??= this.#waitForDrain().finally(() => {
      this.#drainPromise = null;
    });
    return this.#drainPromise;
  }

  async #waitForDrain(): Promise<void> {
    const { timeoutMs = defaultTimes.timeoutMs } = this.#times;
    let waited = 0;
    do {
      await new Promise((resolve) => setTimeout(resolve, pollMs).unref());
      waited += pollMs;
    } while (this.#isFull() && waited < timeoutMs);
    if (this.#isFull()) this.#closeSlowConsumer();
  }

  #closeSlowConsumer(): void {
    const { closeTimeoutMs: graceMs = defaultTimes.closeTimeoutMs } = this.#times;
    closeWithError(this.#socket, { code: 'SLOW_CONSUMER', report: this.#report, graceMs });
  }
}

function uncork(stream: Writable): void {
  stream.uncork();
}
