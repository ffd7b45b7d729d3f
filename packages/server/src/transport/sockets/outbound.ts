import type { Writable } from 'node:stream';
import type { WebSocket } from 'ws';
import { CoarseTimer } from '../../async/coarseTimer.ts';
import { TimeSlicedQueue } from '../../async/timeSlicedQueue.ts';
import type { Report } from '../errors/report.ts';
import { closeWithError } from './closeWithError.ts';
import { compressedFrame, type MakeFrame, textFrame } from './textFrame.ts';

export interface OutboundTimes {
  /** Milliseconds a reader may stay behind before it is closed. */
  timeoutMs: number;
  /** Milliseconds for the close frame to arrive. It waits behind all unread data. */
  closeTimeoutMs: number;
}

const defaultTimes: OutboundTimes = { timeoutMs: 30_000, closeTimeoutMs: 10_000 };

/** Maximum unsent bytes on one socket. Above it, writers wait. */
const unsentMax = 1024 * 1024;
const pollMs = 100;

/** At the end of the tick, writes what still waits: the event did not follow, because its watch was detached, or it was hidden or delayed. */
const endOfTick = new TimeSlicedQueue();

/** Milliseconds, or up to twice as many, for which a text that was sent ahead waits for the next one: a start is read in that time. */
const aheadMs = 10;
const aheadTimer = new CoarseTimer<Outbound>(aheadMs, (outbound) => outbound.flushAheadLater());

/** The writer of one socket. Bounds its unsent data, however slow the reader is. */
export class Outbound {
  /** Encodes a text as a frame. Sockets with the same extensions have the same function and get the same bytes. */
  readonly frame: MakeFrame;
  readonly #socket: WebSocket;
  readonly #stream: Writable;
  readonly #report: Report;
  readonly #times: Partial<OutboundTimes>;
  #drainPromise: Promise<void> | null = null;
  /** Whether data of an earlier tick was unsent when this tick began. */
  #isBehind = false;
  /** Whether the fan-out will probably write frames in this tick. */
  #expectsFrames = false;
  /** Whether the stream is corked because an answer waits for these frames. */
  #holdsAnswer = false;
  /** Whether the stream is corked because a text waits for the next one. */
  #holdsAhead = false;

  /** `stream`: the stream below the socket. */
  constructor(
    { socket, stream }: { socket: WebSocket; stream: Writable },
    report: Report,
    times: Partial<OutboundTimes> = {},
  ) {
    this.#socket = socket;
    this.#stream = stream;
    this.#report = report;
    this.#times = times;
    // `ws` doesn't compress here and writes each of its own frames whole, so frames written directly stay in order between them.
    this.frame = socket.extensions === '' ? textFrame : compressedFrame;
  }

  /** Whether the socket is open for writing. */
  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Whether too much is unsent. */
  get isFull(): boolean {
    return this.#stream.writableLength > unsentMax && this.isOpen;
  }

  /**
   * Resolves when more may be written; undefined if that is now. A watcher that waits here holds only a position. A reader
   * that stays behind is closed with `SLOW_CONSUMER`, and can resume later.
   */
  writable(): Promise<void> | undefined {
    return this.isFull ? this.drained() : undefined;
  }

  /** Called when `writeFrames` will probably follow in this tick. An answer waits for the frames: both take one write. */
  expectFrames(): void {
    this.#expectsFrames = true;
  }

  /** Sends a text, batched with the other writes of this tick, and with expected frames. Does nothing if the socket is closing. */
  send(text: string): void {
    if (!this.isOpen) return;
    this.#corkAnswer();
    this.#writeText(text);
  }

  /** Like `send`, for a text that another one follows soon: it waits for that one, or for 10 to 20 ms, so that both take one write. */
  sendAhead(text: string): void {
    if (!this.isOpen) return;
    if (this.#beginCork()) {
      this.#holdsAhead = true;
      aheadTimer.add(this);
    }
    this.#writeText(text);
  }

  /** Writes a text that was sent ahead, because none follows. */
  flushAhead(): void {
    if (this.#takeAhead()) this.#stream.uncork();
  }

  /** The same at the end of the tick: many may be due at once, and each is a write. */
  flushAheadLater(): void {
    if (this.#holdsAhead) endOfTick.add(() => this.flushAhead());
  }

  /** Like `send`, with a frame made by `frame`. */
  sendFrame(frame: Uint8Array): void {
    if (!this.isOpen) return;
    this.#corkAnswer();
    this.#stream.write(frame);
  }

  /**
   * Writes whole frames that were built elsewhere: at once, or, with `more`, batched with the other writes of this tick.
   * Returns false, and writes nothing, if too much is unsent.
   */
  writeFrames(bytes: Uint8Array, more = false): boolean {
    if (this.isFull) return false;
    // Nothing may follow the close frame.
    if (!this.isOpen) return true;
    this.#expectsFrames = false;
    if (more) this.#cork();
    this.#stream.write(bytes);
    if (!more) this.#releaseAnswer();
    this.flushAhead();
    return true;
  }

  #writeText(text: string): void {
    // Data that may stay unsent for long must not keep a slab of Node's shared buffer pool in memory.
    this.#stream.write(this.frame(text, this.#isBehind ? Buffer.allocUnsafeSlow : Buffer.allocUnsafe));
  }

  /** Batches the writes of this callback of the event loop. */
  #cork(): void {
    if (this.#beginCork() || this.#takeAhead()) process.nextTick(uncork, this.#stream);
  }

  #corkAnswer(): void {
    if (this.#expectsFrames && this.#beginCork()) {
      this.#holdsAnswer = true;
      endOfTick.add(() => this.#releaseAnswer());
    } else this.#cork();
    this.#expectsFrames = false;
  }

  /** Ends the wait of a text that was sent ahead. Returns whether there was one: then the stream is still corked. */
  #takeAhead(): boolean {
    const held = this.#holdsAhead;
    this.#holdsAhead = false;
    return held;
  }

  #releaseAnswer(): void {
    if (!this.#holdsAnswer) return;
    this.#holdsAnswer = false;
    this.#stream.uncork();
  }

  /** Returns false if the stream was corked already. */
  #beginCork(): boolean {
    const stream = this.#stream;
    if (stream.writableCorked > 0) return false;
    this.#isBehind = stream.writableLength > 0;
    stream.cork();
    return true;
  }

  close(): void {
    this.#socket.close();
  }

  /** Resolves when the unsent data has shrunk. Checks at least once, after `pollMs`. All callers share one wait. */
  drained(): Promise<void> {
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
    } while (this.isFull && waited < timeoutMs);
    if (this.isFull) this.#closeSlowConsumer();
  }

  #closeSlowConsumer(): void {
    const { closeTimeoutMs: graceMs = defaultTimes.closeTimeoutMs } = this.#times;
    closeWithError(this.#socket, { code: 'SLOW_CONSUMER', report: this.#report, graceMs });
  }
}

function uncork(stream: Writable): void {
  stream.uncork();
}
