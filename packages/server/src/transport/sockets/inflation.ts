import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Report } from '../errors/report.ts';
import { closeWithError } from './closeWithError.ts';

/** Decompressed bytes allowed for each byte on the wire. Compression shrinks JSON of long texts to a tenth. */
const ratio = 16;
/** Bytes a second allowed regardless of the compressed size: short texts of one repeated letter shrink to a hundredth. */
const bytesPerSecond = 64 * 1024;
/** Bytes beyond one frame that can be spent at once: the decompressed size of one read of 64 KiB. */
const burstBytes = 1024 * 1024;
/** Milliseconds for the close frame to arrive. */
const graceMs = 1_000;

interface InflationOptions {
  socket: WebSocket;
  stream: Pick<Socket, 'bytesRead'>;
  /** Maximum bytes in one frame, decompressed. */
  frameBytes: number;
  report: Report;
}

/**
 * Bounds the decompressed size of one socket's messages: a frame of 300 bytes may decompress to 300 KB. It is a token
 * bucket in bytes, refilled by time and by bytes on the wire. A client that exceeds it is closed with
 * `COMPRESSION_RATIO_EXCEEDED`.
 */
export class InflationBudget {
  readonly #options: InflationOptions;
  #tokens: number;
  #at = performance.now();
  #bytesRead = 0;
  #exceeded = false;

  constructor(options: InflationOptions) {
    this.#options = options;
    this.#tokens = this.#max;
  }

  get #max(): number {
    return burstBytes + this.#options.frameBytes;
  }

  /** Takes a message of `bytes` bytes. False if the message must not be processed, because the socket is closing. */
  take(bytes: number): boolean {
    if (this.#exceeded) return false;
    this.#refill();
    this.#tokens -= bytes;
    if (this.#tokens >= 0) return true;
    this.#exceeded = true;
    this.#close();
    return false;
  }

  #refill(): void {
    const { stream } = this.#options;
    const now = performance.now();
    const { bytesRead } = stream;
    const refilled = ((now - this.#at) / 1_000) * bytesPerSecond + (bytesRead - this.#bytesRead) * ratio;
    this.#tokens = Math.min(this.#max, this.#tokens + refilled);
    this.#at = now;
    this.#bytesRead = bytesRead;
  }

  #close(): void {
    const { socket, report } = this.#options;
    closeWithError(socket, { code: 'COMPRESSION_RATIO_EXCEEDED', report, graceMs });
    socket.pause(); // otherwise frames that have already arrived would still be decompressed
  }
}

/** Null for a socket without compression. */
export function inflationBudget(options: InflationOptions): InflationBudget | null {
  return options.socket.extensions === '' ? null : new InflationBudget(options);
}
