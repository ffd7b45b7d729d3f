import type { IncomingMessage } from 'node:http';
import { EarshotError, errorEntry } from '@earshot/shared';
import type { AnyTRPCRouter } from '@trpc/server';
import { type RawData, type Server, WebSocket, WebSocketServer } from 'ws';
import type { InFlight } from '../../async/inFlight.ts';
import { LightAbortController } from '../../async/lightAbortController.ts';
import { type ClientTransport, Connection } from '../../domain/connection.ts';
import { isAbnormalClose } from '../clientTransport.ts';
import { closeReason } from '../closeReason.ts';
import { closeWithError } from '../closeWithError.ts';
import { ConcurrencyLimiter } from '../concurrencyLimiter.ts';
import { endOnExpiry } from '../expiry.ts';
import { type InflationBudget, inflationBudget } from '../inflation.ts';
import { keepAlive } from '../keepAlive.ts';
import { Outbound } from '../outbound.ts';
import type { Report } from '../report.ts';
import { type SocketSettings, socketOptions } from '../socketOptions.ts';
import type { Context, ContextParts } from './context.ts';
import { asTrpcError } from './errorShape.ts';
import type { OnError } from './onError.ts';
import { appRouter } from './router.ts';
import type { ConnectionParams } from './socket/calls.ts';
import { TrpcSocket } from './socket/trpcSocket.ts';

interface WebSocketOptions extends SocketSettings {
  parts: ContextParts;
  /** Maximum calls in one frame; 0: unbounded. */
  callsPerFrame: number;
  onError: OnError;
  report: Report;
}

interface SharedOptions extends WebSocketOptions {
  router: AnyTRPCRouter;
  inFlight: InFlight;
}

/** tRPC over WebSocket. The caller passes upgrades to it. */
export function createTrpcSockets(options: WebSocketOptions): Server<typeof ServedSocket> {
  const shared = { ...options, router: appRouter, inFlight: options.parts.inFlight };
  const wss = new WebSocketServer<typeof ServedSocket>({ ...socketOptions(options), WebSocket: ServedSocket });
  wss.on('connection', (socket, request) => {
    socket.client = new Client(shared, socket, request);
    socket.on('message', onMessage).on('error', onError).on('close', onClose);
  });
  keepAlive(wss);
  return wss;
}

/** A socket with a reference to its client, so that all sockets share the same listener functions. */
class ServedSocket extends WebSocket {
  client: Client | undefined;
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (this instanceof ServedSocket) this.client?.take(data, isBinary);
}

function onError(this: WebSocket, error: Error): void {
  if (this instanceof ServedSocket) this.client?.reportFault(error);
}

function onClose(this: WebSocket, code: number): void {
  if (this instanceof ServedSocket) this.client?.close(code);
}

/** A tRPC client on its socket. */
class Client implements ClientTransport {
  isBroken = false;
  readonly #options: SharedOptions;
  readonly #socket: WebSocket;
  readonly #address: string;
  readonly #identified: () => void;
  readonly outbound: Outbound;
  readonly #inflation: InflationBudget | null;
  readonly #limiter: ConcurrencyLimiter;
  readonly #trpc: TrpcSocket;
  readonly #closed = new LightAbortController();

  // The request is not retained: browsers send a kilobyte of headers, and a socket may be open for days.
  constructor(options: SharedOptions, socket: WebSocket, request: IncomingMessage) {
    const { socket: stream, url } = request;
    this.#options = options;
    this.#socket = socket;
    this.#address = options.parts.source.clientAddress(request);
    this.#identified = options.parts.unidentified.add(this.#address, socket);
    this.outbound = new Outbound({ socket, stream }, options.report, options.parts.slowReaders);
    const { frameBytes, report } = options;
    this.#inflation = inflationBudget({ socket, stream, frameBytes, report });
    this.#limiter = new ConcurrencyLimiter(this);
    this.#trpc = new TrpcSocket(options, this, url);
  }

  take(data: RawData, isBinary: boolean): void {
    if (!Buffer.isBuffer(data)) return; // `ws` always passes a Buffer with these options
    if (this.#inflation?.take(data.length) === false) return;
    this.#trpc.take(data, isBinary);
    this.outbound.limitReading(() => this.#trpc.waiting + this.#limiter.waiting);
  }

  endTooLarge(): void {
    this.#socket.pause();
    closeWithError(this.#socket, { code: 'FRAME_TOO_LARGE', report: this.#options.report, graceMs: closeGraceMs });
  }

  reportFault(error: Error): void {
    if (isFrameTooLarge(error)) this.#options.report('FRAME_TOO_LARGE', error, 'socket');
  }

  close(code: number): void {
    this.isBroken = isAbnormalClose(code);
    this.#closed.abort();
    this.#trpc.close();
  }

  writable(): Promise<void> | undefined {
    return this.outbound.writable();
  }

  async createContext(params: ConnectionParams): Promise<Context> {
    const { parts } = this.#options;
    try {
      const identity = await parts.authenticator.identify(params ?? {});
      if (identity !== null) this.#identified();
      const connection = new Connection({
        user: identity?.user ?? null,
        expiresAt: identity?.expiresAt,
        transport: this,
        address: this.#address,
      });
      endOnExpiry(connection, identity?.expiresAt, this.#closed);
      connection.endSignal.addEventListener('abort', () => this.#closeAfterGrace(connection.endSignal.reason));
      return { ...parts, connection, limiter: this.#limiter, holdsSlots: false, subscription: null };
    } catch (error) {
      if (error instanceof EarshotError) this.#closeWith(error);
      throw asTrpcError(error);
    }
  }

  #closeAfterGrace(reason: unknown): void {
    if (reason instanceof EarshotError) setTimeout(() => this.#closeWith(reason), closeGraceMs);
  }

  /** Closes with the error's own code. The plain close after a failed context then does nothing. */
  #closeWith({ code, message }: EarshotError): void {
    const { close = 1008 } = errorEntry(code);
    setImmediate(() => this.#socket.close(close, closeReason(message)));
  }
}

/** Milliseconds in which subscriptions can send their errors before the socket closes. */
const closeGraceMs = 200;

/** Whether the error is that of `ws` for a frame beyond `maxPayload`. `ws` closes the socket itself. */
function isFrameTooLarge(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
}
