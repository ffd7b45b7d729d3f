import type { IncomingMessage } from 'node:http';
import type { EarshotError } from '@earshot/shared';
import { type Server, WebSocket, WebSocketServer } from 'ws';
import type { InFlight } from '../../async/inFlight.ts';
import { LightAbortController } from '../../async/lightAbortController.ts';
import type { StartsPerTick } from '../../async/startsPerTick.ts';
import type { ClientTransport, Connection } from '../../domain/connection.ts';
import { type OpenConnectionParts, openConnection } from '../../domain/rules/enforcement.ts';
import { endOnExpiry } from '../auth/expiry.ts';
import type { Report } from '../errors/report.ts';
import type { RequestSource } from '../origins/requestSource.ts';
import type { AddressStarts } from './addressStarts.ts';
import { closeWith, closeWithError } from './closeWithError.ts';
import { type InflationBudget, inflationBudget } from './inflation.ts';
import { keepAlive } from './keepAlive.ts';
import { Outbound, type OutboundTimes } from './outbound.ts';
import { RefusalPenalty } from './refusalPenalty.ts';
import { type SocketSettings, socketOptions } from './socketOptions.ts';
import type { UnidentifiedSockets } from './unidentifiedSockets.ts';

/** The parts that all sockets of a wire share. */
export interface ClientSocketParts {
  inFlight: Pick<InFlight, 'isDraining'>;
  source: Pick<RequestSource, 'clientAddress'>;
  unidentified: UnidentifiedSockets;
  addressStarts: AddressStarts;
  slowReaders: Partial<OutboundTimes>;
  report: Report;
  /** The wire's name in reports. */
  wire: string;
}

interface SharedParts extends ClientSocketParts {
  frameBytes: number;
}

/** A WebSocket with a reference to its client, so that all sockets share the same listener functions. */
class ServedSocket extends WebSocket {
  client: ClientSocket | undefined;
}

export type SocketServer = Server<typeof ServedSocket>;

/** Creates the WebSocket server of a wire, in which each socket has a `ClientSocket`. The caller passes upgrades to it. */
export function createSocketServer(parts: ClientSocketParts, settings: SocketSettings): SocketServer {
  const shared = { ...parts, frameBytes: settings.frameBytes };
  const server = new WebSocketServer<typeof ServedSocket>({ ...socketOptions(settings), WebSocket: ServedSocket });
  server.on('connection', (socket, request) => {
    socket.client = new ClientSocket(shared, socket, request);
    socket.on('error', onError).on('close', onClose);
  });
  keepAlive(server);
  return server;
}

/** The client of a socket from `createSocketServer`. */
export function clientOf(socket: WebSocket): ClientSocket {
  const client = socket instanceof ServedSocket ? socket.client : undefined;
  if (client === undefined) throw new TypeError('not a socket of createSocketServer');
  return client;
}

function onError(this: WebSocket, error: Error): void {
  clientOf(this).onFault(error);
}

function onClose(this: WebSocket, code: number): void {
  clientOf(this).onClose(code);
}

/** Maximum queued calls of one socket. Above it, reading pauses: a reconnecting client sends all its calls at once. */
const waitingMax = 1_000;
/** Milliseconds for the close frame of a frame that is too large to arrive. */
const tooLargeGraceMs = 200;

/** One client's WebSocket, as both wires use it: its bounds in both directions, its identity's expiry, its faults and its close. */
export class ClientSocket implements ClientTransport {
  readonly address: string;
  readonly outbound: Outbound;
  /** Bounds the calls of all sockets of this address that begin in one tick. */
  readonly starts: StartsPerTick;
  /** Whether the connection broke or the client vanished: the socket closed without a close frame. */
  isBroken = false;
  readonly #parts: SharedParts;
  readonly #socket: WebSocket;
  readonly #inflation: InflationBudget | null;
  readonly #onIdentified: () => void;
  /** Aborting it cancels the timer of the identity's expiry. */
  #expiry: LightAbortController | null = null;
  #unregister: (() => void) | null = null;
  #isClosed = false;
  /** Number of current reasons to pause reading. */
  #pauses = 0;
  #isLimited = false;
  #penalty: RefusalPenalty | null = null;

  // The request is not retained: browsers send a kilobyte of headers, and a socket may be open for days.
  constructor(parts: SharedParts, socket: WebSocket, request: IncomingMessage) {
    const { report, frameBytes } = parts;
    const { socket: stream } = request;
    this.#parts = parts;
    this.#socket = socket;
    this.address = parts.source.clientAddress(request);
    this.starts = parts.addressStarts.add(this.address, socket);
    this.#onIdentified = parts.unidentified.add(this.address, socket);
    this.outbound = new Outbound({ socket, stream }, report, parts.slowReaders);
    this.#inflation = inflationBudget({ socket, stream, frameBytes, report });
  }

  writable(): Promise<void> | undefined {
    return this.outbound.writable();
  }

  expectEvents(): void {
    this.outbound.expectFrames();
  }

  /** Whether a message may be processed. If not, the socket is closing. */
  admit(message: Buffer): boolean {
    return this.#inflation?.take(message.length) ?? true;
  }

  /** Must be called when the client has identified itself; again does nothing. */
  onIdentified(): void {
    this.#onIdentified();
  }

  /** Registers the connection until the socket closes, so that rules can end it. Must be called again after each change of its identity. */
  register(services: OpenConnectionParts, connection: Connection): void {
    if (!this.#isClosed) this.#unregister = openConnection(services, connection);
  }

  unregister(): void {
    this.#unregister?.();
    this.#unregister = null;
  }

  /** Ends the connection when its identity expires. Replaces the expiry of an earlier identity. */
  endOnExpiry(connection: Connection, expiresAt: Date | undefined): void {
    this.cancelExpiry();
    if (expiresAt === undefined || this.#isClosed) return;
    this.#expiry = new LightAbortController();
    endOnExpiry(connection, expiresAt, this.#expiry);
  }

  cancelExpiry(): void {
    this.#expiry?.abort();
    this.#expiry = null;
  }

  /** Pauses reading while the client sends faster than it is served, or leaves too much unread. `waiting`: its queued calls. */
  limitReading(waiting: () => number): void {
    if (!this.#isLimited && (this.outbound.isFull || waiting() > waitingMax)) void this.#pauseWhile(waiting);
  }

  async #pauseWhile(waiting: () => number): Promise<void> {
    this.#isLimited = true;
    this.pauseReading();
    do {
      await this.outbound.drained();
    } while (waiting() > waitingMax && this.outbound.isOpen);
    this.#isLimited = false;
    this.resumeReading();
  }

  /** Must be called for each call that is refused with `RATE_LIMITED`. After many of them, reading from the client pauses. */
  onRateLimited(): void {
    this.#penalty ??= new RefusalPenalty();
    const pauseMs = this.#penalty.pauseAfterRefusal(performance.now());
    if (pauseMs === 0) return;
    this.pauseReading();
    setTimeout(() => this.resumeReading(), pauseMs).unref();
  }

  /** Pauses reading until `resumeReading` has been called as often. */
  pauseReading(): void {
    this.#pauses += 1;
    this.#socket.pause();
  }

  /** Leaves the socket paused if the server is stopping: it has then paused every socket. */
  resumeReading(): void {
    this.#pauses -= 1;
    if (this.#pauses === 0 && !this.#parts.inFlight.isDraining) this.#socket.resume();
  }

  /** Closes the socket with the error's code and message. */
  close(error: EarshotError): void {
    closeWith(this.#socket, error);
  }

  /** Closes the socket as for a frame that is too long. */
  closeTooLarge(): void {
    this.#socket.pause();
    const { report } = this.#parts;
    closeWithError(this.#socket, { code: 'FRAME_TOO_LARGE', report, graceMs: tooLargeGraceMs });
  }

  /** Reports a protocol error of the client. `ws` closes the socket itself. */
  onFault(error: Error): void {
    const isTooLarge = 'code' in error && error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.#parts.report(isTooLarge ? 'FRAME_TOO_LARGE' : 'INVALID_INPUT', error, this.#parts.wire);
  }

  onClose(code: number): void {
    this.isBroken = code === 1006;
    this.#isClosed = true;
    this.cancelExpiry();
    this.unregister();
  }
}
