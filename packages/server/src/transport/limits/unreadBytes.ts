import type { ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import type { Report } from '../errors/report.ts';

interface UnreadOptions {
  /** Bytes that all clients together may leave unread; 0: unbounded. */
  bytesMax: number;
  report: Report;
  /** Milliseconds between two checks of all sockets. */
  checkIntervalMs?: number;
  /** Milliseconds in which a client must read some of an HTTP answer. WebSockets have their own limits. */
  readTimeoutMs?: number;
  /** The same for a stream of server-sent events. */
  streamReadTimeoutMs?: number | undefined;
  /** Bytes in all buffers of the process. */
  bufferBytes?: () => number;
}

const defaults = {
  checkIntervalMs: 250,
  readTimeoutMs: 120_000,
  streamReadTimeoutMs: 30_000,
  bufferBytes: () => process.memoryUsage().arrayBuffers,
};

/** Bytes that the client of a socket has read, and since when it has read nothing. */
interface Progress {
  readBytes: number;
  since: number;
}

/**
 * Bounds the unread bytes of all clients together. The limits of a single socket handle one slow client; with thousands,
 * memory is exhausted. Then the connections with the most unread bytes are terminated. Their clients can resume later.
 */
export class UnreadBytes {
  readonly #options: UnreadOptions & typeof defaults;
  readonly #http = new Map<Socket, Progress | null>();
  /** Sockets of server-sent events. */
  readonly #streams = new Set<Socket>();
  readonly #webSockets = new Set<Socket>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: UnreadOptions) {
    const { streamReadTimeoutMs = defaults.streamReadTimeoutMs } = options;
    this.#options = { ...defaults, ...options, streamReadTimeoutMs };
    this.#timer = setInterval(() => this.check(), this.#options.checkIntervalMs).unref();
  }

  /** Tracks all connections of an HTTP server. */
  track(server: Server): void {
    server.on('connection', (socket) => {
      this.#http.set(socket, null);
      socket.once('close', () => {
        this.#http.delete(socket);
        this.#webSockets.delete(socket);
      });
    });
  }

  /** Counts the connection as a WebSocket from now on. */
  onUpgrade(socket: Socket): void {
    if (this.#http.delete(socket)) this.#webSockets.add(socket);
  }

  /** Counts the connection as a stream of server-sent events until the response ends. */
  onStream(socket: Socket, response: ServerResponse): void {
    if (response.destroyed) return;
    this.#streams.add(socket);
    response.once('close', () => this.#streams.delete(socket));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Terminates the connections of clients that exceed a limit. The timer calls it. */
  check(): void {
    const now = performance.now();
    let httpBytes = 0;
    for (const [socket, progress] of this.#http) {
      httpBytes += socket.writableLength;
      this.#noteProgress(socket, progress, now);
    }
    const { bytesMax, bufferBytes } = this.#options;
    if (bytesMax === 0) return;
    // Watchers of one room wait for the same frames, which are in memory only once. Usually this bound suffices, so the sockets need not be read.
    const webSocketMax = bufferBytes();
    if (httpBytes + webSocketMax <= bytesMax) return;
    let webSocketBytes = 0;
    for (const { writableLength } of this.#webSockets) webSocketBytes += writableLength;
    const excess = httpBytes + Math.min(webSocketBytes, webSocketMax) - bytesMax;
    if (excess > 0) this.#terminateSlowest(excess);
  }

  #noteProgress(socket: Socket, progress: Progress | null, now: number): void {
    if (socket.writableLength === 0) {
      if (progress !== null) this.#http.set(socket, null);
      return;
    }
    // `bytesWritten` includes unsent bytes.
    const readBytes = socket.bytesWritten - socket.writableLength;
    if (progress?.readBytes !== readBytes) this.#http.set(socket, { readBytes, since: now });
    else if (now - progress.since >= this.#timeoutOf(socket)) this.#terminate(socket);
  }

  #timeoutOf(socket: Socket): number {
    const { readTimeoutMs, streamReadTimeoutMs } = this.#options;
    return this.#streams.has(socket) ? streamReadTimeoutMs : readTimeoutMs;
  }

  #terminateSlowest(excess: number): void {
    const largestFirst = [...this.#http.keys(), ...this.#webSockets]
      .filter(({ writableLength }) => writableLength > 0)
      .sort((a, b) => b.writableLength - a.writableLength);
    let left = excess;
    for (const socket of largestFirst) {
      if (left <= 0) return;
      left -= socket.writableLength;
      this.#terminate(socket);
    }
  }

  #terminate(socket: Socket): void {
    const wasWebSocket = this.#webSockets.delete(socket);
    this.#http.delete(socket);
    this.#options.report('SLOW_CONSUMER', null, wasWebSocket ? 'socket' : 'http');
    socket.destroy();
  }
}
