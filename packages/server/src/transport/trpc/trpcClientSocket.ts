import { EarshotError } from '@earshot/shared';
import type { StartsPerTick } from '../../async/startsPerTick.ts';
import { Connection } from '../../domain/connection.ts';
import { identifyCaller } from '../auth/identifyCaller.ts';
import type { Report } from '../errors/report.ts';
import { isCostlyToParse } from '../limits/jsonCost.ts';
import { type ClientSocket, clientOf, createSocketServer, type SocketServer } from '../sockets/clientSocket.ts';
import type { SocketSettings } from '../sockets/socketOptions.ts';
import { ConcurrencyLimiter } from './concurrencyLimiter.ts';
import type { Context, ContextParts } from './context.ts';
import { asTrpcError } from './errorShape.ts';
import type { OnError } from './onError.ts';
import { type AppRouter, appRouter } from './router.ts';
import { textOf } from './sharedAnswers.ts';
import type { ConnectionParams } from './socket/connectionContext.ts';
import { serveRouter } from './socket/serveRouter.ts';
import type { ConnectionLoad, SocketTransport } from './socket/transport.ts';

interface WebSocketOptions extends SocketSettings {
  parts: ContextParts;
  /** Maximum calls in one frame; 0: unbounded. */
  callsPerFrame: number;
  onError: OnError;
  report: Report;
}

/** Maximum characters of a request id. Every event of a subscription repeats it. */
const requestIdChars = 64;

/** tRPC over WebSocket. The caller passes upgrades to it. */
export function createTrpcEndpoint({
  parts,
  callsPerFrame,
  onError,
  report,
  ...settings
}: WebSocketOptions): SocketServer {
  const server = createSocketServer({ ...parts, report, wire: 'socket' }, settings);
  const calls = callsPerFrame || Number.POSITIVE_INFINITY;
  serveRouter<AppRouter, TrpcClientSocket>(server, {
    router: appRouter,
    maxBatchSize: calls,
    maxIdLength: requestIdChars,
    onError,
    transport: (socket) => new TrpcClientSocket(parts, clientOf(socket), calls),
    createContext: ({ transport, info }) => transport.createContext(info.connectionParams),
    subscriptionContext: (context, subscription) => ({ ...context, subscription }),
    signals: false, // watches use `subscription.stop`
    stringify: textOf,
    onDeferred: (begun) => void parts.inFlight.run(() => begun),
  });
  return server;
}

/** Maximum JSON symbols for each call, as `isCostlyToParse` counts them. */
const symbolsPerCall = 40;
/** Milliseconds in which subscriptions can send their errors before the socket closes. */
const closeGraceMs = 200;

/** A tRPC client on its socket. */
class TrpcClientSocket implements SocketTransport {
  readonly #parts: ContextParts;
  readonly #client: ClientSocket;
  readonly #callsPerFrame: number;
  readonly #limiter: ConcurrencyLimiter;

  constructor(parts: ContextParts, client: ClientSocket, callsPerFrame: number) {
    this.#parts = parts;
    this.#client = client;
    this.#callsPerFrame = callsPerFrame;
    this.#limiter = new ConcurrencyLimiter(client);
  }

  get isOpen(): boolean {
    return this.#client.outbound.isOpen;
  }

  get starts(): StartsPerTick {
    return this.#client.starts;
  }

  /**
   * Sends a reply, or an event of the slow path. Its frame is for this socket alone, and is never refused: a call, or an
   * iterator, waits for `writable` before it produces the next text. On the fast path the fan-out writes through the
   * subscription's sink instead (`roomSink.ts`): frames that many sockets share, refused when too much is unsent.
   */
  send(text: string): void {
    this.#client.outbound.send(text);
  }

  sendAhead(text: string): void {
    this.#client.outbound.sendAhead(text);
  }

  flushAhead(): void {
    this.#client.outbound.flushAhead();
  }

  close(): void {
    this.#client.outbound.close();
  }

  admit(message: Buffer): boolean {
    return this.#client.admit(message);
  }

  rejectText(text: string): boolean {
    const isCostly = isCostlyToParse(text, this.#callsPerFrame * symbolsPerCall);
    if (isCostly) this.#client.closeTooLarge();
    return isCostly;
  }

  onReceived(load: ConnectionLoad): void {
    this.#client.limitReading(() => load.waiting + this.#limiter.waiting);
  }

  async createContext(params: ConnectionParams): Promise<Context> {
    const client = this.#client;
    try {
      const identity = await identifyCaller(this.#parts, { credentials: params ?? {}, address: client.address });
      if (identity !== null) client.onIdentified();
      const connection = new Connection({
        user: identity?.user ?? null,
        expiresAt: identity?.expiresAt,
        issuedAt: identity?.issuedAt,
        roles: identity?.roles,
        deviceHash: identity?.deviceHash,
        transport: client,
        address: client.address,
      });
      client.endOnExpiry(connection, identity?.expiresAt);
      connection.endSignal.addEventListener('abort', () => this.#closeAfterGrace(connection.endSignal.reason));
      client.register(this.#parts.services, connection);
      const { outbound } = client;
      const ofSocket = { socket: client, outbound, holdsSlots: false, subscription: null };
      return { ...this.#parts, ...ofSocket, connection, limiter: this.#limiter };
    } catch (error) {
      // The client gets the error first. The plain close after a failed context then does nothing.
      if (error instanceof EarshotError) setImmediate(() => client.close(error));
      throw asTrpcError(error);
    }
  }

  #closeAfterGrace(reason: unknown): void {
    if (reason instanceof EarshotError) setTimeout(() => this.#client.close(reason), closeGraceMs);
  }
}
