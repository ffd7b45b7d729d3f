import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeWithError } from './closeWithError.ts';
import type { Report } from './report.ts';

/** Bytes that each byte on the wire may become. JSON of long texts becomes a tenth when it is compressed. */
const ratio = 16;
/** Bytes a second that are free whatever they were on the wire: short texts of one letter become a hundredth. */
const bytesPerSecond = 64 * 1024;
/** Bytes beyond one frame that may be spent at once: what one read from the wire, of 64 KiB, may become. */
const burstBytes = 1024 * 1024;
/** Milliseconds that the close frame has to get through. */
const graceMs = 1_000;

interface InflationOptions {
  socket: WebSocket;
  stream: Pick<Socket, 'bytesRead'>;
  /** Bytes in one frame, decompressed. */
  frameBytes: number;
  report: Report;
}

/**
 * Bounds what the messages of one socket become when they are decompressed: a frame of 300 bytes may be one of 300 KB. A token bucket
 * in bytes, refilled by time and by what comes over the wire. A client that exceeds it is closed with `COMPRESSION_RATIO_EXCEEDED`.
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

  /** Takes a message of so many bytes. False when it must not be processed: the socket closes. */
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
    socket.pause(); // or what it sent already would be decompressed all the same
  }
}

/** Null for a socket that does not compress. */
export function inflationBudget(options: InflationOptions): InflationBudget | null {
  return options.socket.extensions === '' ? null : new InflationBudget(options);
}
